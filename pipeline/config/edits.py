"""What a person has cut out of an episode, or kept in it: places by time, or by what is said there."""

from __future__ import annotations

import re
from math import isinf
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from pipeline.config.base import Section, Several
from pipeline.formats.clock import format_moment, parse_moment

_RANGE = re.compile(r"\s*(start|[\d:.,]+)\s*(?:-|–|—|to\b)\s*(end|[\d:.,]+)\s*", re.IGNORECASE)
_MOST_WORDS = 2000  # characters


def _read_moment(value: Any) -> Any:
    """Seconds for a time on a clock (`1:02:03.5`) or seconds; `start` and `end` are those of the recording."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is no time")
    if not isinstance(value, str):
        return float(value)
    told = value.strip().casefold()
    if told in ("start", "end"):
        return 0.0 if told == "start" else float("inf")
    moment = parse_moment(told)
    if moment is None:
        raise ValueError("is no time of the recording, such as 12:34, 1:02:03.5 or 62.5")
    return moment


Moment = Annotated[float, Field(ge=0), BeforeValidator(_read_moment)]
Words = Annotated[str, Field(min_length=1, max_length=_MOST_WORDS)]


class Place(Section):
    """A stretch of the recording: from `start` to `end`, or where `words` are said, or `from_words` to `to_words`.

    In a file `start` and `end` may be called `from` and `to`. A plain text is a range such as `12:34-12:50`, or else
    words. `at` says which it is of several places with the same words: the one nearest to that second.
    """

    model_config = ConfigDict(populate_by_name=True)

    start: Annotated[Moment | None, Field(alias="from")] = None
    end: Annotated[Moment | None, Field(alias="to")] = None
    words: Words | None = None
    from_words: Words | None = None
    to_words: Words | None = None
    at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _text_is_a_range_or_words(cls, value: Any) -> Any:
        if isinstance(value, str):
            found = _RANGE.fullmatch(value)
            if not found and (value.strip().casefold() in ("start", "end") or parse_moment(value) is not None):
                raise ValueError("is one time: a cut has two, such as 12:34-12:50")
            return {"from": found[1], "to": found[2]} if found else {"words": value}
        if isinstance(value, dict) and len(value) == 1 and not set(value) & {*cls.model_fields, "from", "to"}:
            raise ValueError("has a colon in what was said: put quotation marks around the whole line")
        if not isinstance(value, dict | cls):
            raise ValueError("is neither a range such as 12:34-12:50 nor words")
        return value

    @model_validator(mode="after")
    def _is_one_place(self) -> Place:
        ways = [
            self.start is not None or self.end is not None,
            self.words is not None,
            self.from_words is not None or self.to_words is not None,
        ]
        if sum(ways) != 1:
            raise ValueError("needs one of: `from` and `to`, `words`, `from_words` and `to_words`")
        if ways[0]:
            self._check_times()
        if ways[2] and (self.from_words is None or self.to_words is None):
            missing = "to_words" if self.to_words is None else "from_words"
            raise ValueError(f"has no `{missing}`: say with which words the cut begins and ends")
        return self

    def _check_times(self) -> None:
        if self.start is None or self.end is None:
            raise ValueError(f"has no `{'from' if self.start is None else 'to'}`; `start` and `end` are times, too")
        if self.at is not None:
            raise ValueError("has `at` beside `from` and `to`: `at` is for words")
        if isinf(self.start):
            raise ValueError("begins at the end of the recording")
        if self.end <= self.start:
            raise ValueError(
                f"ends at {format_moment(self.end)}, not after {format_moment(self.start)} where it begins"
            )


def _read_kept(value: Any) -> Any:
    """A single time keeps what is there."""
    moment = parse_moment(value) if isinstance(value, str) else value
    if isinstance(moment, int | float) and not isinstance(moment, bool):
        return {"from": max(0.0, moment - _NEAR), "to": moment + _NEAR}
    return value


_NEAR = 0.5  # seconds around a time that is kept
Cuts = Annotated[tuple[Place, ...], Several, Field(max_length=500)]
Kept = Annotated[tuple[Annotated[Place, BeforeValidator(_read_kept)], ...], Several]
