"""configs/show.yaml."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from pydantic import Field

from pipeline.config.base import Section, Short, Url
from pipeline.models import Person


class Owner(Section):
    """Who answers for the show (podcast:locked, itunes:owner)."""

    name: Short
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class Show(Section):
    """configs/show.yaml: what the feed says about the show. `category` is Apple's, `Group` or `Group > Sub`."""

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
    license: str | None = None
    locked: bool = True
    medium: str = "podcast"
    hosts: tuple[Person, ...] = ()
    funding: Url | None = None
