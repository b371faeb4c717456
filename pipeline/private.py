"""A private show's addresses: folders that nobody can guess, made from one secret key, and the place that uses them."""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline import ownership, subscribers
from pipeline.catalog import CATALOG, FEED, show_guid
from pipeline.config import PrivatePublishing, PublishConfig, Seat, Show, Subscriber, Subscribers
from pipeline.config.private import FOLDERS
from pipeline.errors import ConfigError, PipelineError
from pipeline.targets import Found, Head, Item, Sent, Target, ignore, open_target

#: The environment variable that holds the secret key.
KEY = "SHOWRUNNER_PRIVATE_KEY"
_SHORTEST = 32  # characters
_LENGTH = 32  # characters of a folder's name: 192 bits
_GUIDE = "docs/private-shows.md"


def make_key() -> str:
    """A fresh secret key with 256 bits of chance in it."""
    return secrets.token_urlsafe(32)


def seclude(settings: PublishConfig, show: Show, subscribers: Subscribers) -> PrivatePublishing:
    """The settings with which a private show is published: the same key and guid always give the same folders.

    Raises ConfigError where the key or the guid is missing, and where a setting would tell others of the show.
    """
    for name, value in (("websub_hub", settings.websub_hub), ("analytics_prefix", settings.analytics_prefix)):
        if value is not None:
            raise ConfigError(
                f"configs/publish.yaml {name}: would tell others the addresses of a private show", fix="take it out"
            )
    if show.guid is None:
        raise ConfigError(
            "configs/show.yaml guid: is missing, and the addresses of a private show are made with it",
            fix=f"put `guid: {show_guid(f'{settings.root_url}/{FEED}')}` into show.yaml, and never change it",
        )
    return hide(settings, show.guid, subscribers)


def recognise(settings: PublishConfig) -> PrivatePublishing | None:
    """The private show that is published there, by its marker and the key alone; None where there is none.

    For a checkout that is lost. Its subscribers are those who have a feed.
    """
    marker = ownership.read_marker(open_target(settings))
    if marker is None or marker.private is None:
        return None
    guid = uuid.UUID(marker.show_guid)
    ledger = subscribers.read(open_target(hide(settings, guid, Subscribers())))
    seats = tuple(Subscriber(name=one.name, issue=one.issue) for one in ledger.seats)
    return hide(settings, guid, Subscribers(epoch=ledger.epoch, subscribers=seats))


def refuse_unsealed(show: Show, settings: PublishConfig) -> None:
    """Raise ConfigError where a private show would be published for everybody, or a show for everybody in secret."""
    if show.private != (settings.seal is not None):
        what = "would be published for everybody" if show.private else "is for everybody, and would be hidden"
        raise ConfigError(
            f"configs/show.yaml private: is {str(show.private).lower()}, and the show {what}",
            fix="publish it with the settings that belong to it (--show, configs/shows/)",
        )


def hide(settings: PublishConfig, guid: uuid.UUID, subscribers: Subscribers) -> PrivatePublishing:
    """The settings with the folders of the show with that guid. Raises ConfigError without a good key."""
    key = _read_key()

    def folder(*parts: str | int) -> str:
        """Who does not have the key cannot tell a folder from chance, or one from another (HMAC, RFC 2104)."""
        told = json.dumps([str(guid), *parts], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(hmac.digest(key, told, "sha256")).decode()[:_LENGTH]

    return PrivatePublishing(
        **{name: getattr(settings, name) for name in PublishConfig.model_fields},
        files=folder("files", subscribers.epoch),
        owner=folder("owner"),
        seats=tuple(
            Seat(name=one.name, issue=one.issue, folder=folder("subscriber", one.name, one.issue))
            for one in subscribers.subscribers
        ),
        epoch=subscribers.epoch,
        sealed=hmac.digest(key, json.dumps([str(guid), "seal"]).encode(), "sha256").hex()[:8],
    )


def _read_key() -> bytes:
    found = os.environ.get(KEY, "").strip()
    if not found:
        raise ConfigError(
            f"{KEY}: is not set, and the addresses of a private show are made with it",
            fix=f"set it to the key that you keep in your password manager; `showrunner subscribers key` makes the "
            f"first one ({_GUIDE})",
        )
    if len(found) < _SHORTEST:
        raise ConfigError(
            f"{KEY}: has {len(found)} characters, which can be guessed; {_SHORTEST} are needed",
            fix="make one with `showrunner subscribers key`",
        )
    return found.encode()


@dataclass(frozen=True, slots=True)
class PrivateTarget:
    """A place to publish in which every key is kept in its unguessable folder; no error tells a folder's name."""

    inner: Target
    settings: PrivatePublishing

    def head(self, key: str) -> Head | None:
        """What is there."""
        with self._veiled(key):
            return self.inner.head(self.settings.place(key))

    def get(self, key: str) -> Found | None:
        """The bytes that are there. Raises ConfigError where there is no catalog but somebody else's marker."""
        with self._veiled(key):
            found = self.inner.get(self.settings.place(key))
            if found is None and key == CATALOG:
                self._refuse_another_key()
            return found

    def put(self, item: Item, *, replaces: str | None, sent: Sent = ignore) -> None:
        """Write it to its folder."""
        with self._veiled(item.key):
            self.inner.put(self._placed(item), replaces=replaces, sent=sent)

    def keys(self, prefix: str) -> list[str]:
        """Every key that begins so, sorted."""
        begin = self.settings.place(prefix)
        with self._veiled(prefix):
            return [prefix + key[len(begin) :] for key in self.inner.keys(begin)]

    def any_key(self) -> str | None:
        """A key that is there, whoever's."""
        return self.inner.any_key()

    def prove(self, item: Item) -> None:
        """See that the place is as it should be, and that nobody can ask it for all that it has."""
        with self._veiled(item.key):
            self.inner.prove(self._placed(item))
            if self.settings.s3:
                from pipeline.adapters import s3_public

                s3_public.refuse_listed(self.settings.s3)

    def delete(self, key: str) -> None:
        """Remove what is there, if anything."""
        with self._veiled(key):
            self.inner.delete(self.settings.place(key))

    def _placed(self, item: Item) -> Item:
        return Item(
            self.settings.place(item.key), item.body, item.sha256, item.size, item.media_type, item.cache_control
        )

    def _refuse_another_key(self) -> None:
        marker = ownership.read_marker(self.inner)
        if marker is None or marker.private == self.settings.seal:
            return
        if marker.private:
            raise ConfigError(
                f"{self.settings.root_url}: a private show was published there with another {KEY}, or is another show",
                fix=f"set the {KEY} with which it was published, and the `guid: {marker.show_guid}` in "
                f"configs/show.yaml; if the key is lost, publish to an empty place ({_GUIDE})",
            )
        raise ConfigError(
            f"{self.settings.root_url}: a show was published there for everybody, and everybody may still have it",
            fix="name another prefix, bucket or folder in configs/publish.yaml, publish the episodes there, and then "
            f"delete what lies in the old one ({_GUIDE})",
        )

    @contextmanager
    def _veiled(self, key: str) -> Iterator[None]:
        """Errors name folders by what they are for."""
        try:
            yield
        except PipelineError as error:
            names = {self.settings.files: "<files>", self.settings.owner: "<owner>"}
            names |= {one.folder: f"<{one.name}>" for one in self.settings.seats}
            if key.startswith(FOLDERS):
                names.setdefault(key.split("/")[1], "<subscriber>")
            for folder, name in names.items():
                error.what, error.fix = error.what.replace(folder, name), error.fix.replace(folder, name)
            error.args = (error.what,)
            raise
