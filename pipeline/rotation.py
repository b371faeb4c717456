"""`showrunner subscribers rotate`: a private show's files move to a new folder, so that kept addresses end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from pipeline import moving, subscribers, targets
from pipeline.config import PrivatePublishing, Show
from pipeline.models import Catalog
from pipeline.relisting import Relisted, relist
from pipeline.store import Progress
from pipeline.subscribers import Ledger


def next_epoch(ledger: Ledger, present: int) -> int:
    """The epoch to move to: the next, or where one was begun and not finished, that one."""
    return present if ledger.leaving or present > ledger.epoch else ledger.epoch + 1


def rotate(
    before: PrivatePublishing,
    after: PrivatePublishing,
    show: Show,
    cover: Path,
    *,
    now: dt.datetime,
    progress: Progress,
    notice: Callable[[str], None],
) -> tuple[Relisted, int]:
    """Copy all files to the folder of `after`, let every feed name them there, and remove them from where they were.

    `before` has the folder of the epoch that is published. Subscribers keep their addresses. It goes on where it broke
    off: until the feeds are written the old files are there. Returns the listing and how many files moved.
    """
    target = targets.open_target(after)

    def leave(ledger: Ledger) -> Ledger:
        folders = dict.fromkeys([*ledger.leaving, *([before.files] if before.files != after.files else [])])
        return ledger.model_copy(update={"epoch": after.epoch, "leaving": tuple(folders)})

    subscribers.rewrite(target, leave)
    left = [after.model_copy(update={"files": folder}) for folder in subscribers.read(target).leaving]
    places = [(one, targets.open_target(one)) for one in left]
    files = [(settings, old, key) for settings, old in places for key in old.keys("")]
    for number, (settings, old, key) in enumerate(files):
        progress(number, len(files))
        moving.copy_file(old, target, key, settings, after)

    def readdress(catalog: Catalog) -> Catalog:
        for one in left:
            catalog = moving.readdress(catalog, one.base_url, after.base_url)
        return catalog

    done = relist(target, readdress, show, after, cover, now=now, notice=notice)
    for _, old, key in files:
        old.delete(key)
    subscribers.rewrite(target, lambda ledger: ledger.model_copy(update={"leaving": ()}))
    return done, len(files)
