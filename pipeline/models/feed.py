"""What a feed may say of a show or an episode beyond the plain facts, as the podcast namespace has it.

People write these in show.yaml and episode.yaml, and the catalog keeps an episode's. Source of every rule: the podcast
namespace, https://podcasting2.org/docs/podcast-namespace; texts are as long as it lets apps show them.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from pipeline.models.base import Model, Seconds, Url

#: Characters of what apps show beside something: names of people and places, titles of clips.
MAX_LABEL = 128
Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL)]
Medium = Literal["podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course"]

_DEGREES = r"-?\d{1,3}(?:\.\d+)?"
_CODES = {
    "geo": (re.compile(rf"geo:{_DEGREES},{_DEGREES}(?:,-?\d+(?:\.\d+)?)?(?:;[!-~]+)?", re.ASCII), "geo:59.91,10.75"),
    "osm": (re.compile(r"[NWR]\d+(?:#\d+)?", re.ASCII), "R406091"),
    "country": (re.compile(r"[A-Za-z]{2}"), "no"),
}
_WELL_KNOWN = re.compile(r"cc0-1\.0|cc-by(-nc)?(-nd|-sa)?-\d\.\d(-[a-z]{2,4})?|arr|pod-v4v-1\.0")
_OFTEN = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
}
_RULE = re.compile(r"(?:[A-Z]+=[^;=\s]+)(?:;[A-Z]+=[^;=\s]+)*", re.ASCII)
_HOW_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


class Funding(Model):
    """Where listeners can give money, and what the button says (`Support the show` when absent)."""

    url: Url
    text: Label | None = None

    @model_validator(mode="before")
    @classmethod
    def _an_address_is_enough(cls, value: Any) -> Any:
        return {"url": value} if isinstance(value, str) else value


class License(Model):
    """What others may do with the sound: a slug such as `cc-by-4.0`; one that is not well known needs its `url`."""

    slug: Label
    url: Url | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_slug_is_enough(cls, value: Any) -> Any:
        return {"slug": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _unknown_ones_have_a_url(self) -> License:
        if self.url is None and not _WELL_KNOWN.fullmatch(self.slug.lower()):
            raise ValueError(
                f"{self.slug!r} is none that apps know (cc0-1.0, cc-by-4.0, cc-by-nc-sa-4.0, … or arr): "
                "write {slug: …, url: …} with the address of its text"
            )
        return self


class Location(Model):
    """A place that the content is about (`subject`) or was made in (`creator`).

    `geo` is an RFC 5870 URI with latitude and longitude, `osm` an OpenStreetMap node, way or relation.
    """

    name: Label
    geo: str | None = None
    osm: str | None = None
    rel: Literal["subject", "creator"] | None = None
    country: str | None = None

    @field_validator("geo", "osm", "country")
    @classmethod
    def _codes_are_as_in_their_examples(cls, value: str | None, info: ValidationInfo) -> str | None:
        shape, example = _CODES[str(info.field_name)]
        if value is not None and not shape.fullmatch(value):
            raise ValueError(f"is not as in {example}")
        return value


class Txt(Model):
    """Free text for a machine, such as the code by which a directory verifies who owns the feed."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]
    purpose: Label | None = None


class Recipient(Model):
    """Who gets `split` shares of a payment, and at which `address` of a kind (`type`: `node`, `lnaddress`)."""

    name: Label | None = None
    type: Label
    address: Annotated[str, Field(min_length=1, max_length=500)]
    split: Annotated[int, Field(ge=0)]
    fee: bool = False
    custom_key: str | None = None
    custom_value: str | None = None


class Payment(Model):
    """How listeners' apps can pay while they play (podcast:value): `suggested` is in units of the currency."""

    type: Label = "lightning"
    method: Label = "keysend"
    suggested: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")] | None = None
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1)]

    @field_validator("suggested", mode="before")
    @classmethod
    def _numbers_are_written_out(cls, value: Any) -> Any:
        """YAML reads 0.00000005 as 5e-08, which no app understands."""
        return f"{Decimal(str(value)):f}" if isinstance(value, int | float) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _somebody_gets_something(self) -> Payment:
        if not any(one.split for one in self.recipients):
            raise ValueError("every recipient has split 0: nobody would be paid")
        return self


class OtherShow(Model):
    """Another show by its podcast:guid; `url` is its feed."""

    guid: uuid.UUID
    url: Url | None = None
    title: Label | None = None
    medium: Medium | None = None


class Comments(Model):
    """The post under which people talk about it; `protocol: disabled` asks apps to show no comments."""

    protocol: Annotated[str, Field(pattern=r"^[a-z0-9]+$", max_length=32)] = "activitypub"
    uri: Url | None = None
    account_id: Label | None = None
    account_url: Url | None = None
    priority: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _a_post_is_named(self) -> Comments:
        if (self.uri is None) != (self.protocol == "disabled"):
            raise ValueError(
                "needs uri: the address of the post; only `protocol: disabled` has none"
                if self.uri is None
                else "`protocol: disabled` has no uri"
            )
        return self


class Schedule(Model):
    """How often episodes come, in words and as an iCalendar recurrence rule (RFC 5545); it may begin at `start`."""

    text: Label
    rule: str | None = None
    start: dt.datetime | dt.date | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_word_is_enough(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.lower() not in _OFTEN:
            raise ValueError(f"is one of {', '.join(_OFTEN)}, or {{text: …, rule: FREQ=WEEKLY;BYDAY=MO}}")
        return {"text": value.capitalize(), "rule": _OFTEN[value.lower()]}

    @model_validator(mode="after")
    def _the_rule_is_one(self) -> Schedule:
        if self.rule is None:
            return self
        parts = dict(part.split("=") for part in self.rule.split(";")) if _RULE.fullmatch(self.rule) else {}
        if parts.get("FREQ") not in _HOW_OFTEN:
            raise ValueError(f"rule {self.rule!r} is not as in FREQ=WEEKLY;BYDAY=MO")
        if "COUNT" in parts and self.start is None:
            raise ValueError("a rule with COUNT needs start: when the counting begins")
        return self


class Clip(Model):
    """A stretch of an episode to whet the appetite, in the listener's seconds; apps expect 15 to 120 of them."""

    start: Annotated[Seconds, Field(ge=0)]
    duration: Annotated[Seconds, Field(ge=1, le=600)]
    title: Label | None = None
