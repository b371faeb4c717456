"""attribute: gives every word its speaker, and cuts the words into sentence-like segments of one speaker each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import groupby

from pipeline import sentences
from pipeline.config import AttributeConfig
from pipeline.models import Seconds, Transcript, Turn, Turns, Word
from pipeline.store import Workspace

#: A run of so few words inside another speaker's sentence is a turn boundary placed wrongly, not an interjection.
STRAY_WORDS = 2


def run(
    work: Workspace,
    heard: Transcript,
    turns: Turns,
    settings: AttributeConfig,
    speakers: int | tuple[str, ...] | dict[str, str] | None,
    names: Mapping[str, str],
) -> Transcript:
    """The transcript with a speaker on every word; words, their times and their order stay.

    `speakers` (episode.yaml) is a number, names in the order of first speaking, or label -> name; `names`
    (overrides.yaml) maps a label or a name to the name that wins. A label that nobody named stays. Without any
    turns no word has a speaker.
    """
    words = [word for segment in heard.segments for word in sentences.words_of(segment)]
    exclusive = exclusive_turns(turns.root)
    labels = [_speaker_at(word, exclusive) for word in words]
    if settings.smooth:
        labels = smooth(words, labels)
    known = _names(labels, speakers, names)
    spoken = [
        word.model_copy(update={"speaker": known.get(label, label) if label else None})
        for word, label in zip(words, labels, strict=True)
    ]
    return heard.model_copy(update={"segments": sentences.to_segments(spoken)})


def exclusive_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns with at most one speaker at a time, ordered by start.

    Where one turn lies inside another, the longer keeps the floor around it and the shorter yields, since a
    recogniser writes down the voice that goes on; where two overlap at their ends, the middle parts them.
    """
    kept: list[Turn] = []
    for turn in sorted(turns, key=lambda one: (one.start, -one.end, one.speaker)):
        if kept and turn.start < kept[-1].end:
            floor = kept[-1]
            if turn.end <= floor.end:
                continue
            parting = floor.end if turn.speaker == floor.speaker else (turn.start + floor.end) / 2
            parting = max(parting, floor.start)
            kept[-1] = floor.model_copy(update={"end": parting})
            turn = turn.model_copy(update={"start": parting})
        if turn.end > turn.start:
            kept.append(turn)
    return tuple(turn for turn in kept if turn.end > turn.start)


def smooth(words: Sequence[Word], labels: Sequence[str | None]) -> list[str | None]:
    """The labels without stray flips: in a sentence, a run of one or two words joins the longer run beside it.

    A run keeps its speaker when it takes half of its sentence's time or more, as a sentence of one word ("Yeah.")
    does.
    """
    smoothed: list[str | None] = []
    begin = 0
    for sentence in sentences.split_words([word.model_copy(update={"speaker": None}) for word in words]):
        smoothed += _settle(sentence, list(labels[begin : begin + len(sentence)]))
        begin += len(sentence)
    return smoothed


def _settle(sentence: Sequence[Word], labels: list[str | None]) -> list[str | None]:
    """One sentence's labels, the shortest stray run settled first, until none is left."""
    whole = sum(map(_spoken, sentence))
    while True:
        runs = [list(run) for _, run in groupby(range(len(labels)), key=lambda at: labels[at])]
        times = [sum(_spoken(sentence[at]) for at in run) for run in runs]
        strays = [at for at, run in enumerate(runs) if len(run) <= STRAY_WORDS and 2 * times[at] < whole]
        if len(runs) < 2 or not strays:
            return labels
        stray = min(strays, key=lambda at: times[at])
        beside = max((at for at in (stray - 1, stray + 1) if 0 <= at < len(runs)), key=lambda at: times[at])
        joined = labels[runs[beside][0]]
        for at in runs[stray]:
            labels[at] = joined


def _spoken(word: Word) -> Seconds:
    return max(0.01, word.end - word.start)


def _speaker_at(word: Word, turns: Sequence[Turn]) -> str | None:
    """Who speaks at the word's middle, else who overlaps it most, else who is nearest in time."""
    if not turns:
        return None
    middle = (word.start + word.end) / 2
    after = bisect_right(turns, middle, key=lambda turn: turn.start)
    near = turns[max(0, after - 2) : after + 2]
    return max(near, key=lambda turn: _closeness(word, middle, turn)).speaker


def _closeness(word: Word, middle: Seconds, turn: Turn) -> tuple[bool, Seconds]:
    return turn.start <= middle < turn.end, min(word.end, turn.end) - max(word.start, turn.start)


def _names(
    labels: Sequence[str | None], speakers: int | tuple[str, ...] | dict[str, str] | None, names: Mapping[str, str]
) -> dict[str, str]:
    """What to call each label that speaks."""
    order = [label for label in dict.fromkeys(labels) if label is not None]
    if isinstance(speakers, dict):
        known = {label: speakers.get(label, label) for label in order}
    else:
        listed = () if speakers is None or isinstance(speakers, int) else speakers
        known = {label: label for label in order} | dict(zip(order, listed, strict=False))
    return {label: names.get(label, names.get(name, name)) for label, name in known.items()}
