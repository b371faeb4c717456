"""Seconds as people and caption files write them. All rounding is to the millisecond, once, before splitting."""

from __future__ import annotations

import re

from pipeline.models import Seconds

_STAMP = re.compile(r"(?:(\d{1,6}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}(?:[.,]\d+)?", re.ASCII)
_LONG_FRACTION = re.compile(r"([.,]\d{3})\d+$", re.ASCII)


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


def format_moment(time: Seconds) -> str:
    """`1:02`, or `1:02.48` where it is not a whole second: as `format_clock`, and nothing of the time is lost."""
    fraction = f"{milliseconds(time) % 1000:03}".rstrip("0")
    return format_clock(time) + (f".{fraction}" if fraction else "")


def format_minutes(time: Seconds) -> str:
    """`12 min 34 s`: a time that no app takes for the beginning of a chapter."""
    minutes, seconds = divmod(milliseconds(time) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(hours or minutes) + [f"{seconds} s"]
    return " ".join(parts)


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


def parse_moment(text: str) -> Seconds | None:
    """As `parse_stamp`, and also plain seconds (`62.5`), and more than three decimals, of which three count."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return round(float(text.replace(",", ".")), 3)
    stamp = parse_stamp(_LONG_FRACTION.sub(r"\1", text))
    return None if stamp is None else round(stamp, 3)
