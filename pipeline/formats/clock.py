"""Seconds as people and caption files write them. All rounding is to the millisecond, once, before splitting."""

from __future__ import annotations

import re

from pipeline.models import Seconds

_STAMP = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?", re.ASCII)


def milliseconds(time: Seconds) -> int:
    """The nearest whole millisecond; a negative time counts as 0."""
    return max(0, round(time * 1000))


def format_clock(time: Seconds) -> str:
    """`0:00`, `12:34`, `1:02:03`: the second that has begun, so that who goes there misses nothing."""
    minutes, seconds = divmod(milliseconds(time) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def format_stamp(time: Seconds, decimal: str = ".") -> str:
    """`00:01:02.345` as WebVTT writes it; SubRip wants `decimal=","`."""
    seconds, thousandths = divmod(milliseconds(time), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{decimal}{thousandths:03}"


def format_duration(time: Seconds) -> str:
    """`PT1H2M3S`: an ISO 8601 duration in the whole seconds that have begun."""
    minutes, seconds = divmod(milliseconds(time) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{seconds}S" * bool(seconds)
    return f"PT{parts or '0S'}"


def parse_stamp(text: str) -> Seconds | None:
    """The seconds of `1:02`, `01:02.345` or `00:01:02,345`; None when it is not a time of day-like shape."""
    found = _STAMP.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes, seconds, fraction = found.groups()
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000
