"""At which second of the recording each element goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isinf

from pipeline.assembly.cues import Cue
from pipeline.assembly.talk import AFTER, AT_ONCE, BEFORE, Talk
from pipeline.config import Ad, AssembleConfig, Bumper, Intro, Music
from pipeline.editing.quotes import Said
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_clock
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Chapters, Seconds
from pipeline.yaml_files import nearest

#: How far from where a share of the episode is over a chapter may begin to be taken for it, as a share of the episode.
_NEAR = 0.1
#: The order of what plays at one place.
_FIRST, _USUAL, _BUMPER, _INTRO, _OUTRO, _LAST = range(6)


@dataclass(frozen=True, slots=True)
class Break:
    """The talk is interrupted at a source second (BEFORE it, or AFTER it) for these cues, in this order."""

    at: Seconds
    cues: tuple[Cue, ...]


def place(
    cues: Sequence[Cue], talk: Talk, chapters: Chapters, settings: AssembleConfig, notice: Callable[[str], None]
) -> list[Break]:
    """All interruptions in order of time. Raises ConfigError naming the key of an ad that cannot be placed."""
    found = [one for cue in cues for one in _places(cue, talk, chapters.chapters, settings, notice)]
    edged = [(talk.to_edge(at), rank, cue) for at, rank, cue in found]
    groups: list[tuple[Seconds, list[tuple[int, Cue]]]] = []
    for at, rank, cue in sorted(edged, key=lambda one: one[0]):
        if groups and (at == groups[-1][0] or talk.heard_before(at) - talk.heard_before(groups[-1][0]) < AT_ONCE):
            groups[-1][1].append((rank, cue))
        else:
            groups.append((at, [(rank, cue)]))
    return [Break(at, _in_order(group)) for at, group in groups]


def _in_order(group: list[tuple[int, Cue]]) -> tuple[Cue, ...]:
    """What plays at one place, in order; where an intro does, it needs no bumper."""
    ranks = {rank for rank, _ in group}
    ordered = sorted(group, key=lambda one: one[0])
    return tuple(cue for rank, cue in ordered if rank != _BUMPER or not ranks & {_INTRO, _OUTRO})


def _places(
    cue: Cue, talk: Talk, chapters: Sequence[Chapter], settings: AssembleConfig, notice: Callable[[str], None]
) -> list[tuple[Seconds, int, Cue]]:
    sound = cue.insert.sound
    match sound:
        case Intro():
            at = BEFORE if sound.at is None else _place_time(cue, sound.at, talk, chapters, settings)
            return [(at, _INTRO, cue)]
        case Music():
            return [(AFTER, _OUTRO, cue)]
        case Bumper():
            later = [one for one in chapters[1:] if one.toc]
            return [(talk.before_sentence(one.start, settings.snap), _BUMPER, cue) for one in later]
        case Ad():
            at = _place_ad(cue, sound, talk, chapters, settings, notice)
            return [(at, {"start": _FIRST, "end": _LAST}.get(str(sound.at), _USUAL) if isinf(at) else _USUAL, cue)]


def _place_ad(
    cue: Cue,
    ad: Ad,
    talk: Talk,
    chapters: Sequence[Chapter],
    settings: AssembleConfig,
    notice: Callable[[str], None],
) -> Seconds:
    try:
        if ad.chapter is not None:
            return talk.before_sentence(_find_chapter(cue, ad.chapter, chapters), settings.snap)
        if ad.after_words is not None:
            return _find_words(cue, ad.after_words, talk)
    except ConfigError as error:
        if ad.at is None:
            raise
        notice(f"{error.what}: it goes where `at` says ({_tell(ad.at)})")
    return _place_time(cue, ad.at or 0.0, talk, chapters, settings)


def _tell(at: float | str) -> str:
    return at if isinstance(at, str) else format_clock(at)


def _place_time(
    cue: Cue, at: float | str, talk: Talk, chapters: Sequence[Chapter], settings: AssembleConfig
) -> Seconds:
    if at in ("start", "end"):
        return BEFORE if at == "start" else AFTER
    if isinstance(at, str):
        return _place_share(0.5 if at == "middle" else float(at.rstrip("%")) / 100, talk, chapters, settings)
    if at > talk.duration:
        raise ConfigError(
            f"{cue.insert.key}.at: {format_clock(at)} is after the end of the recording "
            f"({format_clock(talk.duration)})",
            fix="name a time of the recording as it was before anything was added, or `end`",
        )
    return talk.find_pause(at, settings.snap)


def _place_share(share: float, talk: Talk, chapters: Sequence[Chapter], settings: AssembleConfig) -> Seconds:
    """Before the chapter that begins near where that share of the talk is over, else in a pause there."""
    middle = talk.at_share(share)
    close = [one.start for one in chapters[1:] if one.toc and abs(one.start - middle) <= _NEAR * talk.length]
    if close:
        return talk.before_sentence(min(close, key=lambda start: abs(start - middle)), settings.snap)
    return talk.find_pause(middle, settings.snap)


def _find_chapter(cue: Cue, wanted: int | str, chapters: Sequence[Chapter]) -> Seconds:
    listed = [one for one in chapters if one.toc]
    if isinstance(wanted, int):
        if wanted <= len(listed):
            return listed[wanted - 1].start
        raise ConfigError(
            f"{cue.insert.key}.chapter: there is no chapter {wanted}, the episode has {len(listed)}",
            fix="name another one, or add `at: middle` for episodes that have fewer",
        )
    titles = [clean_line(one.title) for one in listed]
    same = [one.start for one, title in zip(listed, titles, strict=True) if title.casefold() == _fold(wanted)]
    if same:
        return same[0]
    close = nearest(clean_line(wanted), titles)
    hint = f"did you mean {close!r}? " if close else ""
    raise ConfigError(
        f"{cue.insert.key}.chapter: there is no chapter {wanted!r}",
        fix=f"{hint}titles that are found may change: write its number, add `at: 12:34`, or set the chapters in "
        f"overrides.yaml. Chapters: {'; '.join(titles)}",
    )


def _find_words(cue: Cue, wanted: str, talk: Talk) -> Seconds:
    """The pause after the first place where these words are said."""
    said = Said(talk.transcript, talk.corrections)
    found = said.find(wanted)
    if found:
        last = found[0].last
        later = said.words[last + 1].start if last + 1 < len(said.words) else talk.duration
        return talk.within(said.words[last].end, later)
    raise ConfigError(
        f"{cue.insert.key}.after_words: nobody says {wanted!r}",
        fix="copy the words from the transcript, or add `at: 12:34` for where they are not said",
    )


def _fold(title: str) -> str:
    return clean_line(title).casefold()
