"""`showrunner feed [show]`: show a feed, check it, say what is checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import click

from pipeline.cli.console import Reporter, say, say_json, say_notice
from pipeline.errors import InputError, StageError
from pipeline.project import Project
from pipeline.runner import Advanced, Finished, Started

if TYPE_CHECKING:
    from pipeline.adapters.web import Answer
    from pipeline.feed_check import Finding

_SHOWN = 5  # places of one rule
_COLOURS = {"error": "red", "warning": "yellow", "hint": "blue"}


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be looked at: the documents of a feed by name, the first is what apps subscribe to.

    `url` is where it is public, if that is known, `answer` what the server sent, `before` what was published.
    """

    documents: dict[str, bytes]
    url: str | None = None
    answer: Answer | None = None
    before: bytes | None = None

    @property
    def name(self) -> str:
        """What to call it."""
        return next(iter(self.documents))


@click.command("show")
@click.argument("feed", required=False)
@click.option("--check", is_flag=True, help="Check it against what podcast apps and directories require.")
@click.option("--online/--offline", default=None,
              help="Ask for the files that it names, or do not (default: only for a URL).")  # fmt: skip
@click.option("--against", metavar="FILE|URL", help="What was published before: guids and dates must stay.")
@click.option("--level", type=click.Choice(["error", "warning", "hint"]), default="hint", show_default=True,
              help="Leave out what weighs less.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Files of all episodes, not the newest 10; every place found.")
@click.option("--rules", is_flag=True, help="List the rules, each with who asks for it.")
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
def show_feed(
    feed: str | None,
    check: bool,
    online: bool | None,
    against: str | None,
    level: str,
    everything: bool,
    rules: bool,
    json_: bool,
) -> None:
    """Show or check a feed: a FILE or URL, or this show's own when absent.

    This show's own is checked as the next publishing would write it, and compared with what is published.
    The exit code is 0 without errors, 1 with some, 2 where there is no feed to be read.
    """
    from pipeline import feed_check

    if rules:
        say(feed_check.describe_rules())
        return
    given = _take(feed) if feed else _take_own()
    if not check:
        say(given.documents[given.name].decode(errors="replace"))
        return
    found = list(_check(given, against, everything=everything, online=online, quiet=json_))
    levels = [str(one) for one in feed_check.LEVELS]
    shown = [(name, one) for name, one in found if levels.index(one.level) <= levels.index(level)]
    if json_:
        say_json([{"feed": name, **one.model_dump()} for name, one in shown])
    else:
        _tell(shown, everything=everything)
        say(_count(one for _, one in found))
    errors = sum(one.level == "error" for _, one in found)
    if errors:
        raise StageError(f"{given.name}: {_number(errors, 'error')}", fix="mend them as the lines above say")


def _take(name: str) -> Given:
    from pipeline import feed_check

    if not feed_check.is_address(name):
        return Given({name: feed_check.read(name)})
    answer = feed_check.fetch(name)
    return Given({name: answer.body}, name, answer)


def _take_own() -> Given:
    """The show's feed as the next publishing would write it, with its archives, and as it is published."""
    from pipeline import catalog, listing, targets

    project = Project.find()
    settings, show = project.publishing(), project.show()
    cover = listing.take_cover(project.root / show.cover)
    address = listing.Address(settings.base_url, catalog.cover_key(cover))
    try:
        target = targets.open_target(settings)
        draft = listing.draft(target, lambda same: same, show, settings, address, dt.datetime.now(dt.UTC))
    except StageError as error:
        raise InputError(f"{settings.shown_url}: {error.what}", fix=error.fix) from error
    if draft.before is None:
        raise InputError(
            f"{settings.shown_url}: nothing is published yet", fix="publish an episode, or name a FILE or URL"
        )
    if draft.xml != draft.old_xml:
        say_notice("checked as the next publishing writes it, which differs from what is published")
    names = {key: key if show.private else settings.address(key) for key in (catalog.FEED, *draft.feeds)}
    documents = {name: draft.feeds[key] for key, name in names.items() if key in draft.feeds}
    return Given(documents, settings.feed_url, before=draft.old_xml or None)


def _check(
    given: Given, against: str | None, *, everything: bool, online: bool | None, quiet: bool
) -> Iterator[tuple[str, Finding]]:
    """Findings with the name of the document that they are in."""
    from pipeline import feed_check

    now = dt.datetime.now(dt.UTC)
    for name, data in given.documents.items():
        yield from ((name, one) for one in feed_check.check(data, now=now))
    newest = given.documents[given.name]
    before = feed_check.read(against) if against else given.before
    if before:
        yield from ((given.name, one) for one in feed_check.check_change(before, newest))
    if given.answer is not None if online is None else online:
        answer = given.answer or (feed_check.fetch(given.url) if given.url else None)
        with Reporter(quiet=quiet) as reporter:
            reporter(Started("online", ("asking for the files that the feed names",)))
            found = feed_check.check_online(
                answer.body if answer else newest,
                answer=answer,
                newest=None if everything else feed_check.NEWEST,
                progress=lambda done, total: reporter(Advanced("online", done, total)),
            )
            reporter(Finished("online", reporter.seconds))
        yield from ((given.name, one) for one in found)


def _tell(found: list[tuple[str, Finding]], *, everything: bool) -> None:
    """Findings by weight and rule, each rule once with its fix and source."""
    from pipeline.feed_check import LEVELS

    def rule(one: tuple[str, Finding]) -> tuple[int, str]:
        return LEVELS.index(one[1].level), one[1].rule

    for _, group in groupby(sorted(found, key=rule), key=rule):
        places = list(group)
        first = places[0][1]
        say(click.style(f"{first.level}: {first.rule}", fg=_COLOURS[first.level], bold=True))
        for name, one in places if everything else places[:_SHOWN]:
            say(f"  {_place(name, one.line, several=len({name for name, _ in found}) > 1)}: {one.what}")
        if len(places) > _SHOWN and not everything:
            say(f"  … and {len(places) - _SHOWN} more (--all shows them)")
        say(f"  fix: {first.fix}")
        say(f"  source: {first.source}")


def _place(name: str, line: int, *, several: bool) -> str:
    """`feed.xml:12`, and of an address only the line, or its last part where several documents were looked at."""
    from pipeline.feed_check import is_address

    if not is_address(name):
        return f"{name}:{line}"
    return f"{name.rpartition('/')[2]}:{line}" if several else f"line {line}"


def _count(found: Iterable[Finding]) -> str:
    levels = [one.level for one in found]
    return ", ".join(_number(levels.count(level), level) for level in ("error", "warning", "hint"))


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
