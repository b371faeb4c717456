"""configs/subscribers.yaml, and where a private show is published."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipeline.config.base import Section
from pipeline.config.publishing import PublishConfig

#: Keys that begin so name a folder themselves: `folders/<folder>/feed.xml` is in that one.
FOLDERS = "folders/"
#: What changes in place, and names files: whoever knew its address could read all that there is.
_LISTING = re.compile(r"catalog\.json|subscribers\.json|index\.html|feed(-\d+)?\.xml")


def _plain_name(name: str) -> str:
    """A name that means the same on every keyboard, and that can be told apart from a folder."""
    name = unicodedata.normalize("NFC", name)
    if not name.isprintable() or name.strip() != name or set(name) & set("/\\") or name in (".", ".."):
        raise ValueError("must be a name on one line, without slashes or blanks around it")
    return name


class Subscriber(Section):
    """Somebody who has a feed of their own; a higher `issue` is a new address."""

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain_name)]
    issue: Annotated[int, Field(ge=1)] = 1


class Subscribers(Section):
    """configs/subscribers.yaml: who may listen to a private show. There is no secret in it.

    A higher `epoch` is another folder for the show's files. A plain text among the `subscribers` is a name.
    """

    epoch: Annotated[int, Field(ge=1)] = 1
    subscribers: tuple[
        Annotated[Subscriber, BeforeValidator(lambda one: {"name": one} if isinstance(one, str) else one)], ...
    ] = ()

    @model_validator(mode="after")
    def _everybody_once(self) -> Subscribers:
        names = [one.name.casefold() for one in self.subscribers]
        twice = next((one.name for at, one in enumerate(self.subscribers) if names[at] in names[:at]), None)
        if twice:
            raise ValueError(f"{twice!r} is there twice: tell them apart, as in `{twice} B.`")
        return self


class Seat(Section):
    """A feed that was given to somebody, and the unguessable `folder` that it lies in."""

    name: str
    issue: int
    folder: str = Field(repr=False)


class PrivatePublishing(PublishConfig):
    """publish.yaml as it is for a private show: everything lies in unguessable folders, and nothing names the owner's.

    `files` has episodes and covers, `owner` the catalog and the feed that all others are made of; each of the `seats`,
    those in subscribers.yaml, has a feed. `sealed` tells one secret key from another and does not tell the key.
    """

    files: str = Field(repr=False)
    owner: str = Field(repr=False)
    seats: tuple[Seat, ...] = ()
    epoch: int = 1
    sealed: str

    @property
    def base_url(self) -> str:
        """Where episodes and covers are; the feed is elsewhere."""
        return f"{self.root_url}/{self.files}"

    @property
    def seal(self) -> str | None:
        """What the marker says of the key."""
        return self.sealed

    def place(self, key: str) -> str:
        """Where a key is kept, by what it is."""
        if key.startswith("."):
            return key
        if key.startswith(FOLDERS):
            return key.removeprefix(FOLDERS)
        return f"{self.owner if _LISTING.fullmatch(key) else self.files}/{key}"

    def feed_of(self, folder: str) -> str:
        """The address of the feed in a subscriber's folder."""
        return f"{self.root_url}/{folder}/feed.xml"
