"""Who speaks when: turns, questions, and how much the people of an episode's parts differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from pipeline.editorial import windows
from pipeline.editorial.windows import Floats
from pipeline.models import Segment

#: A part of so many words is compared by who speaks in it.
_PART = 400.0
_ASKS_SOON = 60
#: After so many words without a question the next one is likelier to open a topic.
_LONG_SINCE = 400.0
_QUESTION = ("?", "？", "؟")
_CLOSERS = " \"'”’»)」』"


class Cast:
    """The speakers of an episode; `lengths` are the words of each sentence."""

    def __init__(self, segments: Sequence[Segment], lengths: Floats) -> None:
        names = [segment.speaker or "" for segment in segments]
        known = sorted(set(names))
        self.lengths = lengths
        self.speaks = np.array([[float(name == one) for one in known] for name in names])
        self.changes = np.array([0.0, *(float(one != other) for one, other in pairwise(names))])
        self.turn = np.cumsum(self.changes).astype(int)
        self.asks = np.array([float(segment.text.rstrip(_CLOSERS).endswith(_QUESTION)) for segment in segments])
        rate = (self.asks @ self.speaks + 0.5) / (lengths @ self.speaks + 50)
        self.hosting = self.speaks @ (rate / rate.max()) if len(known) > 1 else np.zeros(len(names))

    def turnover(self) -> float:
        """How different the people of the episode's parts are: 0 when the same talk throughout, 1 when none stay."""
        return windows.spread(self.speaks, self.lengths, _PART, where_short=0.0)

    def measures(self) -> dict[str, Floats]:
        """Changes of speaker, the length of the turn that begins, questions, and changes of the whole cast."""
        said = np.bincount(self.turn, weights=self.lengths)[self.turn]
        asking = np.array([float(self._asks_soon(at)) for at in range(len(self.lengths))]) * self.changes
        measures = {
            "speaker": self.changes,
            "turn_length": np.minimum(1, said / 60) * self.changes,
            "host": self.hosting * self.changes,
            "asking": asking,
            "asking_late": asking * np.minimum(1, self._since_question() / _LONG_SINCE),
        }
        for width in (400, 1000):
            before, after = windows.around(self.speaks, np.ones(len(self.speaks)), width, self.lengths)
            before /= before.sum(axis=1, keepdims=True) + 1e-9
            after /= after.sum(axis=1, keepdims=True) + 1e-9
            gone = (before * (after < 0.02)).sum(axis=1) + (after * (before < 0.02)).sum(axis=1)
            gone[0] = 0
            measures[f"cast_{width}"] = np.maximum(0, gone - 0.8) * self.changes
        measures["cast_peak"] = measures["cast_1000"] * (gone >= windows.highest_near(gone, 12) - 1e-9)
        return measures

    def words_ahead(self, texts: Sequence[str], at: int, most: int) -> str:
        """The next words of the same turn."""
        words: list[str] = []
        turn = self.turn[at]
        while at < len(texts) and len(words) < most and self.turn[at] == turn:
            words += texts[at].split()
            at += 1
        return " ".join(words[:most])

    def soon(self, marks: Floats, sentences: int) -> Floats:
        """Whether one of the marks is here or within so many sentences of the same turn."""
        found = marks.copy()
        for ahead in range(1, sentences + 1):
            same = self.turn[ahead:] == self.turn[:-ahead]
            found[:-ahead] = np.maximum(found[:-ahead], marks[ahead:] * same)
        return found

    def _asks_soon(self, at: int) -> bool:
        """Whether a question comes in the next words of the same turn."""
        turn, said = self.turn[at], 0.0
        while at < len(self.lengths) and said < _ASKS_SOON and self.turn[at] == turn:
            if self.asks[at]:
                return True
            said += self.lengths[at]
            at += 1
        return False

    def _since_question(self) -> Floats:
        """The words between the last question and each sentence."""
        since, words = np.zeros(len(self.lengths)), 0.0
        for at, length in enumerate(self.lengths):
            since[at] = words
            words = 0.0 if self.asks[at] else words + length
        return since
