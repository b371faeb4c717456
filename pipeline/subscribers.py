"""The feeds of a private show's subscribers: who was given one, what each says, and how one ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from pipeline import store, uploads
from pipeline.catalog import FEED
from pipeline.config import PrivatePublishing, PublishConfig, Seat
from pipeline.config.private import FOLDERS
from pipeline.errors import ConfigError, StageError
from pipeline.models import Model
from pipeline.targets import Found, Head, Item, LostRaceError, Target
from pipeline.uploads import Missing

KEY = "subscribers.json"
_TRIES = 24


class Ended(Model):
    """An address that was taken from somebody; it is never given again."""

    name: str
    issue: int


class Ledger(Model):
    """What is published of the subscribers, in the owner's folder: the truth where two machines know different ones.

    `epoch` is the one of the files, `leaving` are the folders of those that are being moved away from.
    """

    epoch: int = 1
    leaving: tuple[str, ...] = ()
    seats: tuple[Seat, ...] = ()
    ended: tuple[Ended, ...] = ()


@dataclass(frozen=True, slots=True)
class Personal:
    """A document of the owner's feed as one subscriber gets it: with their `folder` in all addresses of feeds.

    Its bytes are made when they are asked for: five hundred feeds of half a megabyte are not kept.
    """

    key: str
    owners: bytes
    folder: str
    settings: PrivatePublishing

    @property
    def item(self) -> Item:
        """The document to publish."""
        data = self.owners.replace(self.settings.owner.encode(), self.folder.encode())
        kept = f"private, max-age={self.settings.feed_max_age}"
        key = f"{FOLDERS}{self.folder}/{self.key}"
        return Item(key, data, store.digest_bytes(data), len(data), "application/rss+xml", kept)


@dataclass(frozen=True, slots=True)
class Feeds:
    """What the subscribers of a private show are to get: the ledger, and documents, each with what is in its place.

    `ending` are the keys of feeds that somebody no longer has, `stale` those of archives that nobody has any more.
    """

    ledger: Missing | None
    documents: tuple[tuple[Personal, Head | None], ...] = ()
    ending: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    @property
    def differ(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.ledger or self.documents or self.ending)


NOBODY = Feeds(None)


def draft(target: Target, feeds: Mapping[str, bytes], stale: Sequence[str], settings: PublishConfig) -> Feeds:
    """What subscribers are to get of the owner's `feeds`, as far as they do not have it; nothing for a public show.

    Whoever has a feed keeps it until it is revoked, so that an old subscribers.yaml takes it from nobody. Raises
    ConfigError for a subscribers.yaml that is older than what is published, in its epoch or by a revoked subscriber.
    """
    if not isinstance(settings, PrivatePublishing):
        return NOBODY
    found = target.get(KEY)
    before = _parse(found) if found else Ledger(epoch=settings.epoch)
    _refuse_unfinished(before, settings)
    refuse_older(before, settings)
    after = _admit(before, settings)
    kept = {one.folder for one in after.seats}
    gone = [one.folder for one in before.seats if one.folder not in kept]
    wanted = [Personal(key, xml, one.folder, settings) for key, xml in feeds.items() for one in after.seats]
    looked = uploads.at_once([partial(_look, target, one) for one in wanted])
    return Feeds(
        ledger=None if found and after == before else _ledger(after, found),
        documents=tuple(one for one in looked if one),
        ending=tuple(key for folder in gone for key in target.keys(f"{FOLDERS}{folder}/")),
        stale=tuple(f"{FOLDERS}{one.folder}/{key}" for key in stale for one in after.seats),
    )


def write(target: Target, feeds: Feeds, written: dict[str, None]) -> None:
    """Do what was drafted: what ends is gone first, and who has a feed is known before it is there.

    `written` hears of each key. Raises LostRaceError where another machine was faster.
    """
    for key in feeds.ending:
        target.delete(key)
        written[key] = None
    if feeds.ledger:
        _put(target, feeds.ledger, written)
    for archives in (True, False):  # before the feeds that link to them
        wave = [pair for pair in feeds.documents if archives == (pair[0].key != FEED)]
        uploads.at_once([partial(_put_personal, target, *pair, written) for pair in wave])
    for key in feeds.stale:
        target.delete(key)


def read(target: Target) -> Ledger:
    """What is published of the subscribers; an empty one where nothing is. Raises StageError for what is none."""
    found = target.get(KEY)
    return _parse(found) if found else Ledger()


def rewrite(target: Target, change: Callable[[Ledger], Ledger]) -> None:
    """Change the ledger, again where another machine was faster. Raises StageError when it always is."""
    for _ in range(_TRIES):
        found = target.get(KEY)
        before = _parse(found) if found else Ledger()
        if change(before) == before:
            return
        with suppress(LostRaceError):
            _put(target, _ledger(change(before), found), {})
            return
    raise StageError(f"{KEY}: others changed it {_TRIES} times in a row", fix="run again when they have finished")


def end(target: Target, name: str) -> bool:
    """Take somebody's feed away at once; whether there was one. Their address is never given again."""
    seats = [one for one in read(target).seats if one.name.casefold() == name.casefold()]
    for seat in seats:
        for key in target.keys(f"{FOLDERS}{seat.folder}/"):
            target.delete(key)
    rewrite(target, lambda before: _without(before, seats))
    return bool(seats)


def next_issue(ledger: Ledger, name: str) -> int:
    """The lowest issue of a subscriber's address that was never given to anybody."""
    given = [one.issue for one in ledger.seats if one.name.casefold() == name.casefold()]
    given += [one.issue for one in ledger.ended if one.name.casefold() == name.casefold()]
    return max(given, default=0) + 1


def _admit(before: Ledger, settings: PrivatePublishing) -> Ledger:
    """Everybody in subscribers.yaml, and who is in the ledger alone; a higher issue takes the lower one's place."""
    wanted = {one.name.casefold(): one for one in settings.seats}
    left = [one for one in before.seats if wanted.get(one.name.casefold(), one).folder != one.folder]
    others = [one for one in before.seats if one.name.casefold() not in wanted]
    seats = sorted([*settings.seats, *others], key=lambda one: one.name.casefold())
    return _without(before, left).model_copy(update={"seats": tuple(seats), "epoch": settings.epoch})


def _without(ledger: Ledger, seats: Sequence[Seat]) -> Ledger:
    ended = {(one.name, one.issue) for one in ledger.ended} | {(one.name, one.issue) for one in seats}
    kept = tuple(one for one in ledger.seats if one not in seats)
    return ledger.model_copy(
        update={"seats": kept, "ended": tuple(Ended(name=name, issue=issue) for name, issue in sorted(ended))}
    )


def refuse_older(ledger: Ledger, settings: PrivatePublishing) -> None:
    """Raise ConfigError for a subscribers.yaml that is older than what is published."""
    if ledger.epoch > settings.epoch:
        raise ConfigError(
            f"configs/subscribers.yaml epoch: is {settings.epoch}, and the show is published with {ledger.epoch}",
            fix=f"take the newer subscribers.yaml (git pull), or write `epoch: {ledger.epoch}` into this one",
        )
    for one in settings.seats:
        if any(gone.name == one.name and gone.issue >= one.issue for gone in ledger.ended):
            issue = next_issue(ledger, one.name)
            raise ConfigError(
                f"configs/subscribers.yaml: the address of {one.name!r} with issue {one.issue} was revoked",
                fix="take the newer subscribers.yaml (git pull), or take the name out; "
                f"`issue: {issue}` gives a new address",
            )


def _refuse_unfinished(ledger: Ledger, settings: PrivatePublishing) -> None:
    if ledger.epoch < settings.epoch:
        raise ConfigError(
            f"configs/subscribers.yaml epoch: is {settings.epoch}, and the files are still published with "
            f"{ledger.epoch}",
            fix="showrunner subscribers rotate",
        )


def _parse(found: Found) -> Ledger:
    try:
        return Ledger.model_validate_json(found.data)
    except ValidationError as error:
        what = f"{KEY} beside the catalog of the show cannot be understood"
        raise StageError(what, fix="a newer Showrunner may have written it: update this one") from error


def _look(target: Target, one: Personal) -> tuple[Personal, Head | None] | None:
    """The document with what is in its place; None where it is there."""
    item = one.item
    there = target.head(item.key)
    return None if there and there.holds(item) else (one, there)


def _ledger(ledger: Ledger, found: Found | None) -> Missing:
    data = store.to_json(ledger)
    item = Item(KEY, data, store.digest_bytes(data), len(data), "application/json", "no-store")
    return Missing(item, Head(found.etag, len(found.data), None, None) if found else None)


def _put_personal(target: Target, one: Personal, there: Head | None, written: dict[str, None]) -> None:
    _put(target, Missing(one.item, there), written)


def _put(target: Target, one: Missing, written: dict[str, None]) -> None:
    target.put(one.item, replaces=one.there.etag if one.there else None)
    written[one.item.key] = None
