"""Whose a published place is: a small marker beside the feed names the show, and another show keeps off."""

from __future__ import annotations

from pydantic import ValidationError

from pipeline import store
from pipeline.config import Show
from pipeline.errors import ConfigError, StageError
from pipeline.models import Catalog, Model
from pipeline.targets import Found, Item, LostRaceError, Target

KEY = ".showrunner.json"
_UNTOLD = "a private show"


class Marker(Model):
    """What the marker says: the show's podcast:guid, and its title when it was last published.

    Of a private show there is no title but `private`, which tells whether a key is the one that it was published with.
    """

    show_guid: str
    title: str
    private: str | None = None


def read_marker(target: Target) -> Marker | None:
    """What the marker says; None where there is none. Raises StageError when it cannot be understood."""
    found = target.get(KEY)
    return _read(found) if found else None


def refuse_another(target: Target, show: Show, present: Catalog | None, guid: str = "") -> Found | None:
    """The marker that is there, if any; `present` is the catalog that is there, `guid` the episode to be published.

    A show that is called otherwise is another one, unless configs/show.yaml says this one's guid or `present` has the
    episode. Raises ConfigError for another show's place, and for one that is full of other things.
    """
    found = target.get(KEY)
    if found is None and present is None:
        found = _see_empty(target)
    if found is None:
        return None
    marker = _read(found)
    if marker.private and not show.private:
        raise ConfigError(
            f"a private show (guid {marker.show_guid}) is published there; this one is for everybody",
            fix="name another bucket, prefix or folder in configs/publish.yaml, or put `private: true` back into "
            "configs/show.yaml (docs/private-shows.md)",
        )
    if show.guid:
        if str(show.guid) != marker.show_guid:
            raise ConfigError(
                f"{marker.title!r} (guid {marker.show_guid}) is published there; configs/show.yaml says {show.guid}",
                fix="publish this show to another bucket, prefix or folder (configs/publish.yaml)",
            )
    elif marker.title != show.title and not (present and any(one.guid == guid for one in present.episodes)):
        raise ConfigError(
            f"{marker.title!r} is published there, and this show is {show.title!r}",
            fix="name another bucket, prefix or folder in configs/publish.yaml; if it is this show under a new title, "
            f"put `guid: {marker.show_guid}` into configs/show.yaml",
        )
    return found


def claim(target: Target, show: Show, guid: str, found: Found | None, seal: str | None = None) -> Item:
    """Write the marker where it is not there (`found`) or tells an old title; returns it.

    Everybody can read it: of a private show it tells `seal` instead of the title.
    Raises ConfigError when another show was faster.
    """
    data = store.to_json(Marker(show_guid=guid, title=_UNTOLD if show.private else show.title, private=seal))
    item = Item(KEY, data, store.digest_bytes(data), len(data), "application/json", "no-store")
    if found is None or found.data != data:
        try:
            target.put(item, replaces=found.etag if found else None)
        except LostRaceError as error:
            raise ConfigError(
                f"{KEY}: another machine has just published there for the first time, or under another title",
                fix="run again; if it stays, see that configs/show.yaml is the same everywhere",
            ) from error
    return item


def _read(found: Found) -> Marker:
    try:
        return Marker.model_validate_json(found.data)
    except ValidationError as error:
        what = f"{KEY} where the show is published cannot be understood"
        raise StageError(what, fix="a newer Showrunner may have written it: update this one") from error


def _see_empty(target: Target) -> Found | None:
    """None where nothing is; the marker of another machine that came just now. Refuses what is neither."""
    other = target.any_key()
    found = target.get(KEY) if other else None
    if other and not found:
        raise ConfigError(
            f"there is {other} where the show is to be published, and nothing says that it is a podcast's",
            fix="name an empty prefix or folder in configs/publish.yaml; to use this one all the same: "
            "showrunner bucket setup --claim",
        )
    return found
