"""What is played of a sound file, and how much of it under the talk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.config import Insert, Intro, Music
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_clock
from pipeline.models import Seconds, SoundFile

_OVERLAP: Seconds = 4.0  # that somebody speaks over music at most, where nobody says how long
_SHARE = 4  # ... and at most this part of it
_SHORTEST_OVERLAP: Seconds = 0.5  # less would be heard as a mistake


@dataclass(frozen=True, slots=True)
class Cue:
    """Seconds [begin, end) of a file; somebody speaks over its first `lead_in` and its last `lead_out` seconds.

    `cut_short`: the file goes on after that.
    """

    insert: Insert
    begin: Seconds
    end: Seconds
    lead_in: Seconds = 0.0
    lead_out: Seconds = 0.0
    cut_short: bool = False

    @property
    def length(self) -> Seconds:
        """In seconds."""
        return self.end - self.begin


def make_cue(insert: Insert, file: SoundFile, talk: Seconds, notice: Callable[[str], None]) -> Cue:
    """The cue of an element in an episode that talks for `talk` seconds.

    Raises ConfigError where more of it should be under the talk than there is of it.
    """
    length = insert.sound.length
    end = file.end if length is None else min(file.end, file.begin + length)
    whole = end - file.begin
    if whole > talk:
        notice(f"{insert.key}: {insert.sound.file} plays for {format_clock(whole)}, longer than the talk "
               f"({format_clock(talk)}); `length` plays only so many seconds of it")  # fmt: skip
    overlap = _find_overlap(insert, insert.sound, file, end) if isinstance(insert.sound, Music) else 0.0
    is_intro = isinstance(insert.sound, Intro)
    return Cue(
        insert,
        file.begin,
        end,
        lead_in=0.0 if is_intro else overlap,
        lead_out=overlap if is_intro else 0.0,
        cut_short=end < file.end,
    )


def _find_overlap(insert: Insert, music: Music, file: SoundFile, end: Seconds) -> Seconds:
    whole, wanted = end - file.begin, music.overlap
    if wanted is not None:
        if wanted > whole:
            raise ConfigError(
                f"{insert.key}.overlap: is {wanted:g} s, and {insert.sound.file} plays for only {whole:.1f} s",
                fix=f"write {whole:.0f} or less, or leave it out",
            )
        return wanted
    free = whole
    if file.speech:
        free = end - file.speech[1] if isinstance(music, Intro) else file.speech[0] - file.begin
    found = min(_OVERLAP, whole / _SHARE, free)
    return found if found >= _SHORTEST_OVERLAP else 0.0
