"""configs/show.yaml."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from pipeline.config.base import Credited, Section, Several, Short, Url
from pipeline.config.elements import Elements
from pipeline.models.feed import (
    Comments,
    Funding,
    Label,
    License,
    Location,
    Medium,
    OtherShow,
    Payment,
    Schedule,
    Txt,
)


class Owner(Section):
    """Who answers for the show (podcast:locked, itunes:owner)."""

    name: Short
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class Show(Section):
    """configs/show.yaml: what the feed says about the show.

    `categories` are Apple's, `Group` or `Group > Sub`. `seasons` gives seasons a name. `complete`: there will be no
    more episodes. `platforms` are the pages of the show elsewhere, by their name. `block` asks directories not to list
    the show; `new_feed_url` tells apps where it moved. `private`: only subscribers have a feed, each their own
    (docs/private-shows.md). `elements` are the sounds that every episode has besides the talk.
    """

    title: Short
    description: Annotated[str, Field(min_length=1)]
    author: Short
    owner: Owner
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    link: Url
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    explicit: bool = False
    cover: str = "configs/cover.jpg"
    type: Literal["episodic", "serial"] = "episodic"
    guid: uuid.UUID | None = None
    copyright: str | None = None
    license: License | None = None
    private: bool = False
    locked: bool = True
    medium: Medium = "podcast"
    hosts: tuple[Credited, ...] = ()
    funding: Annotated[tuple[Funding, ...], Several] = ()
    seasons: dict[Annotated[int, Field(ge=1)], Label] = Field(default_factory=dict)
    schedule: Schedule | None = None
    complete: bool = False
    location: Annotated[tuple[Location, ...], Several] = ()
    txt: Annotated[tuple[Txt, ...], Several] = ()
    value: Annotated[tuple[Payment, ...], Several] = ()
    podroll: tuple[OtherShow, ...] = ()
    platforms: dict[Label, Url] = Field(default_factory=dict)
    social: Annotated[tuple[Comments, ...], Several] = ()
    block: Annotated[bool, Field(validate_default=True)] = False
    new_feed_url: Url | None = None
    elements: Annotated[Elements | None, Field(exclude_if=lambda elements: elements is None)] = None

    @field_validator("locked", "block")
    @classmethod
    def _private_is_locked_and_blocked(cls, value: bool, info: ValidationInfo) -> bool:
        """No directory may list a private show, and no other host take it over."""
        if not info.data.get("private"):
            return value
        if info.field_name == "locked" and not value:
            raise ValueError("is always true for a private show: take it out")
        return True

    @field_validator("hosts", mode="before")
    @classmethod
    def _hosts_host(cls, value: Any) -> Any:
        """Whoever stands here without a role is a host."""
        if not isinstance(value, list | tuple):
            return value
        named = [{"name": one} if isinstance(one, str) else one for one in value]
        return [{"role": "host", **one} if isinstance(one, dict) else one for one in named]
