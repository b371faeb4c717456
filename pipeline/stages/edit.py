"""What is taken out of the recording before anybody hears it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.adapters import pcm, quiet
from pipeline.config import EditConfig, Place
from pipeline.editing import fillers, places
from pipeline.editing.cutting import Spoken, cut_range, cut_words, describe, merge
from pipeline.editing.quotes import Said
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_moment
from pipeline.models import Corrections, Cut, Edits, PreparedAudio, Seconds, Transcript
from pipeline.store import Workspace

_AROUND: Seconds = 0.1  # beside a word, where its end may still sound
_GAP: Seconds = 0.3  # between words, which shows what the recording's noise is
_LEAST: Seconds = 0.1  # a cut that nobody asked for takes so much, at least
_WORTH_TELLING = {"head": 5.0, "tail": 8.0}  # seconds of silence that are left in
_REST: Seconds = 0.5  # that cuts must leave of a recording
_STEP: Seconds = 0.02


def run(
    work: Workspace,
    audio: PreparedAudio,
    transcript: Transcript,
    corrections: Corrections,
    settings: EditConfig,
    cuts: Sequence[Place],
    keep: Sequence[Place],
) -> Edits:
    """The cuts of an episode, in source seconds: the places that a person named, silence, long pauses, and fillers.

    Raises ConfigError for a place that is not in the recording, that words do not tell, or that leaves nothing.
    """
    desk = _Desk(work, audio, Said(transcript, corrections), settings)
    chosen = [desk.cut_place(place, f"episode.yaml cuts[{at}]") for at, place in enumerate(cuts)]
    kept = list(desk.find_kept(keep))
    found = [cut for cut in desk.cut_by_itself(transcript.language) if not _meets(cut, kept)]
    merged = merge([*chosen, *found], desk.spoken)
    edits = Edits(duration=audio.duration, cuts=merged)
    rest = sum(end - start for start, end in edits.kept)
    if merged and rest < min(_REST, audio.duration):
        raise ConfigError(
            f"episode.yaml cuts: they leave {rest:.1f} s of a recording of {format_moment(audio.duration)}",
            fix="take one of them out: something has to be heard",
        )
    if merged:
        work.notice(describe(merged, rest))
    return edits


def _meets(cut: Cut, kept: Sequence[tuple[Seconds, Seconds]]) -> bool:
    return any(cut.start < end and start < cut.end for start, end in kept)


@dataclass(frozen=True)
class _Desk:
    """What an editor has before them: the sound, the words with their times, and how to edit."""

    work: Workspace
    audio: PreparedAudio
    said: Said
    settings: EditConfig

    @cached_property
    def spoken(self) -> Spoken:
        return Spoken(self.said.words, self.audio.duration)

    @cached_property
    def samples(self) -> pcm.StoredSamples:
        return pcm.StoredSamples(self.work.path(self.audio.pcm))

    def join(self, wanted: Seconds, low: Seconds, high: Seconds) -> Seconds:
        return quiet.find_join(self.samples, wanted, low, high)

    def cut_place(self, place: Place, key: str) -> Cut:
        """What a person named."""
        if place.start is not None:
            start, end = cut_range(*places.find_range(place, key, self.audio.duration), self.spoken, self.join)
            return Cut(start=start, end=end, reason="chosen", text=self._said_in(start, end))
        stretch = places.find_words(place, key, self.said)
        start, end = cut_words(self.said.words, stretch, self.spoken, self.join)
        return Cut(start=start, end=end, reason="chosen", text=self.said.text(stretch))

    def _said_in(self, start: Seconds, end: Seconds) -> str:
        return " ".join(word.text for word in self.said.words if start <= (word.start + word.end) / 2 < end)

    def find_kept(self, keep: Sequence[Place]) -> Iterator[tuple[Seconds, Seconds]]:
        """Where nothing is cut but what a person named; words count wherever they are said."""
        for at, place in enumerate(keep):
            if place.start is not None and place.end is not None:
                yield place.start, place.end
                continue
            if place.words is None or place.at is not None:
                found = [places.find_words(place, f"overrides.yaml keep[{at}]", self.said)]
            else:
                found = self.said.find(place.words)
            if not found:
                self.work.notice(f"overrides.yaml keep[{at}]: nobody says {place.words!r}")
            for one in found:
                yield self.said.words[one.first].start, self.said.words[one.last].end

    def cut_by_itself(self, language: str) -> Iterator[Cut]:
        """What the settings want cut, and nothing where no word was heard: then nobody knows what matters."""
        if not self.said.words:
            return
        ends = [gap for gap in self.spoken.gaps(0.0) if gap[0] == 0.0 or gap[1] == self.audio.duration]
        long = any(end - start >= min(_WORTH_TELLING.values()) for start, end in ends)
        if self.settings.trim or self.settings.pauses_over is not None or long:
            yield from self._cut_silence()
        if self.settings.fillers != "off":
            yield from self._cut_fillers(language)

    def _cut_silence(self) -> Iterator[Cut]:
        gaps = self.spoken.gaps(_GAP)
        last = self.audio.duration
        sought = [(start and start + _AROUND, end if end == last else end - _AROUND) for start, end in gaps]
        words = [(word.start, word.end) for word in self.said.words]
        for gap, inner, silent in zip(gaps, sought, quiet.find_silence(self.samples, sought, words), strict=True):
            # What reaches a word's surroundings reaches the word.
            runs = [
                (gap[0] if a <= inner[0] + _STEP else a, gap[1] if b >= inner[1] - 2 * _STEP else b) for a, b in silent
            ]
            if gap[0] == 0.0 and gap[1] < last:
                yield from self._cut_end("head", [run for run in runs if run[0] == 0.0])
            elif gap[1] == last:
                yield from self._cut_end("tail", [run for run in runs if run[1] == last])
            else:
                yield from filter(None, map(self._shorten, runs))

    def _cut_end(self, which: str, runs: Sequence[tuple[Seconds, Seconds]]) -> Iterator[Cut]:
        for start, end in runs:
            if not self.settings.trim:
                if end - start >= _WORTH_TELLING[which]:
                    where = "beginning" if which == "head" else "end"
                    self.work.notice(
                        f"{end - start:.1f} s of silence at the {where} are left in: `edit: {{trim: true}}` in "
                        "configs/pipeline.yaml takes it out"
                    )
            elif which == "head" and end - self.settings.head >= _LEAST:
                yield Cut(start=0.0, end=self._settle(end - self.settings.head), reason="head")
            elif which == "tail" and end - start - self.settings.tail >= _LEAST:
                yield Cut(start=self._settle(start + self.settings.tail), end=end, reason="tail")

    def _shorten(self, silence: tuple[Seconds, Seconds]) -> Cut | None:
        start, end = silence
        if self.settings.pauses_over is None or end - start <= self.settings.pauses_over:
            return None
        left = self.settings.longest_left / 2
        return Cut(start=self._settle(start + left), end=self._settle(end - left), reason="pause")

    def _settle(self, time: Seconds) -> Seconds:
        return self.join(time, time - _STEP, time + _STEP)

    def _cut_fillers(self, language: str) -> Iterator[Cut]:
        if not fillers.knows(language):
            known = ", ".join(fillers.list_languages())
            self.work.notice(f"no filler words are known for the language {language!r}, only for {known}")
            return
        found = fillers.find_fillers(
            self.said.words,
            language,
            phrases=self.settings.fillers == "all",
            dips=fillers.dips_by(
                lambda start, end: quiet.find_dip(self.samples, start, end),
                lambda start, end: quiet.find_peak(self.samples, start, end),
            ),
            most=self.settings.fillers_per_minute,
        )
        for one in found:
            start, end = cut_words(self.said.words, one.stretch, self.spoken, self.join)
            if end - start >= _LEAST:
                yield Cut(start=start, end=end, reason="filler", text=self.said.text(one.stretch))
