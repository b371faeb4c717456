"""Chapters that a person chose: read from overrides.yaml, shown as a list to edit, read back, and written there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pipeline import yaml_edits
from pipeline.config import ChapterChoice
from pipeline.errors import ConfigError
from pipeline.formats.captions import split_lines
from pipeline.formats.chapters import SHOWN, Flaw, Mark, check
from pipeline.formats.chapters.plain import read_line
from pipeline.formats.clock import format_clock, format_moment
from pipeline.formats.paragraphs import clean_line
from pipeline.models import Chapter, Seconds

_FIX = "write one chapter a line, such as '0:00 Start' and '1:02:03 The foghorn', in order of time"
_UNTITLED = "(no title)"


def read_choices(choices: Sequence[str | ChapterChoice], duration: Seconds) -> list[Mark]:
    """The chapters of overrides.yaml. Raises ConfigError naming each entry that cannot be used."""
    marks, flaws = check(find_marks(choices), duration)
    if flaws:
        raise ConfigError("\n".join(map(str, flaws)), fix=_FIX)
    return marks


def find_marks(choices: Sequence[str | ChapterChoice]) -> Iterator[Mark | Flaw]:
    """What stands for chapters in overrides.yaml, right or not."""
    for number, choice in enumerate(choices):
        place = f"overrides.yaml chapters[{number}]"
        if isinstance(choice, str):
            yield read_line(choice, place)
        else:
            title = clean_line(choice.title)
            yield Mark(round(choice.start, 3), title, place, url=choice.url, img=choice.img, toc=choice.toc, ours=True)


def as_marks(chapters: Sequence[Chapter]) -> list[Mark]:
    """Chapters that were found, as if a person had chosen them."""
    return [
        Mark(round(one.start, 3), clean_line(one.title), f"chapter {number}", url=one.url, img=one.img, toc=one.toc)
        for number, one in enumerate(chapters, 1)
    ]


def write_list(lines: Sequence[str], notes: Sequence[str]) -> str:
    """A list to edit, with the `notes` under it as remarks."""
    return "".join(f"{line}\n" for line in (*lines, "", *(f"# {note}".rstrip() for note in notes)))


def show_choices(choices: Sequence[str | ChapterChoice]) -> list[str]:
    """The lines of what stands in overrides.yaml; one that cannot be read is shown as it is."""
    found = list(find_marks(choices))
    marks = [one for one in found if isinstance(one, Mark)]
    shown = dict(zip((one.place for one in marks), show_marks(marks), strict=True))
    return [shown.get(one.place) or str(choice) for one, choice in zip(found, choices, strict=True)]


def show_marks(marks: Sequence[Mark]) -> list[str]:
    """A line `0:00 Title` for each; in whole seconds where these tell it from the others."""
    return [f"{clock} {one.title or _UNTITLED}" for clock, one in zip(_clocks(marks), marks, strict=True)]


def read_list(text: str, before: Sequence[Mark]) -> list[Mark | Flaw]:
    """What stands for chapters in a list that was edited, and was `before`.

    A time that was left as it was shown keeps its fraction of a second. What is not shown of a chapter (its link, its
    picture) stays with its time, or else with its title.
    """
    lines = [(number, line) for number, line in enumerate(split_lines(text), 1) if _is_meant(line)]
    return [_complete(read_line(line, f"line {number}"), before) for number, line in lines]


def _is_meant(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _complete(one: Mark | Flaw, before: Sequence[Mark]) -> Mark | Flaw:
    if isinstance(one, Flaw):
        return one
    clock = format_moment(one.start)
    same = next((old for shown, old in zip(_clocks(before), before, strict=True) if shown == clock), None)
    start = same.start if same else one.start
    same = same or next((old for old in before if old.title == one.title), None)
    if same is None:
        return one
    title = same.title if one.title == _UNTITLED else one.title
    return replace(same, start=start, title=title, place=one.place)


def _clocks(marks: Sequence[Mark]) -> list[str]:
    seconds = Counter(format_clock(one.start) for one in marks)
    return [clock if seconds[clock := format_clock(one.start)] == 1 else format_moment(one.start) for one in marks]


def find_long(marks: Sequence[Mark]) -> list[str]:
    """What is to be said about titles that are longer than Spotify shows."""
    return [
        f"{one.place}: the title has {len(one.title)} characters, and Spotify shows {SHOWN}: {one.title!r}"
        for one in marks
        if one.toc and len(one.title) > SHOWN
    ]


def as_choice(one: Mark) -> Any:
    """A chapter as it stands in overrides.yaml: a line where that says all."""
    if one.toc and not one.url and not one.img:
        return one.line
    told = {"start": format_moment(one.start), "title": one.title, "url": one.url, "img": one.img}
    values = {key: value for key, value in told.items() if value}
    return yaml_edits.inline_map(values if one.toc else {**values, "toc": False})


def edit_overrides(text: str, marks: Sequence[Mark]) -> str:
    """The text of overrides.yaml with these chapters; with none, they are found again. All else in it stays."""
    if not marks:
        return yaml_edits.remove_key(text, "chapters")
    return yaml_edits.edit(text, lambda tree: yaml_edits.put_items(tree, "chapters", [as_choice(one) for one in marks]))
