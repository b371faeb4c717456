"""Which episodes stand in which document of a long show's feed, and which documents a change touches."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from feed_samples import GUID, make_episode, texts
from hypothesis import given
from hypothesis import strategies as st
from release_samples import make_show

from pipeline import catalog, feed_check, feed_pages
from pipeline.config import FolderConfig, PublishConfig
from pipeline.models import Catalog, Episode

BASE = "https://cdn.example.org/show"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
GONE = "2026-12-01T00:00:00+00:00"


def numbered(number: int, **changes: object) -> Episode:
    """The episode of that number; each comes a day after the one before."""
    day = (START + dt.timedelta(days=number)).isoformat()
    return make_episode(guid=f"guid-{number}", slug=f"e{number}", published=day, number=number + 1, **changes)


def show_of(count: int, *, without: frozenset[int] = frozenset()) -> Catalog:
    episodes = [numbered(n, withdrawn=GONE if n in without else None) for n in reversed(range(count))]
    return Catalog(show_guid=GUID, episodes=tuple(episodes))


def settings(size: int = 10) -> PublishConfig:
    return PublishConfig(folder=FolderConfig(public_base_url=BASE), feed_page=size)


def documents(found: Catalog, size: int = 10, now: dt.datetime = NOW) -> dict[str, bytes]:
    return feed_pages.render(make_show(), found, settings(size), cover_url=f"{BASE}/cover.jpg", now=now)


def slugs(found: Catalog, size: int = 10) -> dict[str, list[int]]:
    pages = feed_pages.split(found, NOW, size)
    return {page.key: [int(one.slug[1:]) for one in page.episodes] for page in pages}


@pytest.mark.parametrize(
    ("count", "keys"),
    [
        (0, "feed.xml"),
        (10, "feed.xml"),
        (19, "feed.xml"),
        (20, "feed-1.xml feed.xml"),
        (29, "feed-1.xml feed.xml"),
        (30, "feed-1.xml feed-2.xml feed.xml"),
    ],
)
def test_a_show_gets_an_archive_when_it_fills_one_and_a_feed_besides(count: int, keys: str) -> None:
    assert " ".join(documents(show_of(count))) == keys


def test_archives_count_from_the_oldest_and_the_feed_has_the_newest() -> None:
    assert slugs(show_of(25)) == {"feed-1.xml": [*range(9, -1, -1)], "feed.xml": [*range(24, 9, -1)]}


@given(st.integers(0, 90), st.integers(10, 30), st.frozensets(st.integers(0, 89)))
def test_every_episode_stands_in_one_document_and_the_feed_has_the_newest(
    count: int, size: int, gone: frozenset[int]
) -> None:
    pages = slugs(show_of(count, without=gone), size)
    everywhere = [number for numbers in pages.values() for number in numbers]
    assert sorted(everywhere) == [number for number in range(count) if number not in gone]
    assert size <= len(pages["feed.xml"]) + len(gone) or count < size
    assert len(pages["feed.xml"]) < 2 * size
    assert all(newer > older for page in pages.values() for newer, older in pairwise(page))


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        pytest.param(show_of(44), show_of(45), "feed.xml", id="a new episode"),
        pytest.param(show_of(49), show_of(50), "feed-3.xml feed-4.xml feed.xml", id="one that fills an archive"),
        pytest.param(
            show_of(45), show_of(45, without=frozenset({12})), "feed-2.xml feed.xml", id="an old one taken off"
        ),
        pytest.param(show_of(45), show_of(45, without=frozenset({41})), "feed.xml", id="a new one taken off"),
    ],
)
def test_a_change_touches_only_the_documents_that_it_is_in(before: Catalog, after: Catalog, touched: str) -> None:
    assert " ".join(sorted(changed(documents(before), documents(after)))) == touched


def test_a_corrected_old_episode_touches_its_own_archive() -> None:
    found = show_of(45)
    better = catalog.merge(found, numbered(3, title="Better"))
    assert changed(documents(found), documents(better)) == {"feed-1.xml"}


def test_a_dated_episode_is_in_no_document_before_its_time() -> None:
    later = documents(show_of(45), now=START + dt.timedelta(days=39))
    assert later == documents(show_of(40), now=NOW)


def relations(xml: bytes) -> dict[str, str]:
    found = zip(texts(xml, "//atom:link/@rel"), texts(xml, "//atom:link/@href"), strict=True)
    return {relation: url.removeprefix(f"{BASE}/") for relation, url in found}


def test_documents_point_to_each_other_as_rfc_5005_says() -> None:
    found = documents(show_of(45))
    ends = {"first": "feed.xml", "last": "feed-1.xml"}
    assert relations(found["feed.xml"]) == {
        "self": "feed.xml", **ends, "next": "feed-3.xml", "prev-archive": "feed-3.xml"
    }  # fmt: skip
    assert relations(found["feed-3.xml"]) == {
        "self": "feed-3.xml", **ends, "previous": "feed.xml", "next": "feed-2.xml",
        "current": "feed.xml", "prev-archive": "feed-2.xml",
    }  # fmt: skip
    assert relations(found["feed-1.xml"]) == {
        "self": "feed-1.xml", **ends, "previous": "feed-2.xml", "current": "feed.xml", "next-archive": "feed-2.xml"
    }  # fmt: skip


def test_a_reader_that_follows_prev_archive_sees_every_episode_once() -> None:
    found, key, seen = documents(show_of(45)), "feed.xml", list[str]()
    while key:
        seen += texts(found[key], "//item/guid/text()")
        key = relations(found[key]).get("prev-archive", "")
    assert seen == [f"guid-{n}" for n in reversed(range(45))]


def test_only_archives_are_marked_as_such_and_a_short_show_has_no_paging_links() -> None:
    found = documents(show_of(25))
    marked = [key for key, xml in found.items() if b"<fh:archive/>" in xml]
    assert marked == ["feed-1.xml"]
    assert set(relations(documents(show_of(5))["feed.xml"])) == {"self"}


def test_the_trailer_is_named_by_the_feed_and_not_by_archives() -> None:
    found = catalog.merge(show_of(25), numbered(3, type="trailer"))
    named = [key for key, xml in documents(found).items() if b"<podcast:trailer" in xml]
    assert named == ["feed.xml"]


def test_every_document_passes_the_feeds_rules() -> None:
    for xml in documents(show_of(45)).values():
        assert [one.what for one in feed_check.check(xml) if one.level == "error"] == []


@pytest.mark.parametrize("count", [5, 25, 45])
def test_the_feed_tells_how_many_archives_there_are(count: int) -> None:
    found = documents(show_of(count))
    assert feed_pages.count_archives(found["feed.xml"], BASE) == len(found) - 1


def test_what_an_episode_says_of_archives_is_not_believed() -> None:
    trap = numbered(1, notes_html=f"<p>{BASE}/feed-99.xml</p>", notes_text=f"{BASE}/feed-99.xml")
    xml = documents(Catalog(show_guid="show", episodes=(trap,)))["feed.xml"]
    assert feed_pages.count_archives(xml, BASE) == 0


MAY, JUNE = "2026-05-01T00:00:00+00:00", "2026-06-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("found", "date"),
    [
        pytest.param(Catalog(show_guid="s"), [], id="nothing is known: no date at all"),
        pytest.param(
            Catalog(show_guid="s", updated=JUNE, episodes=(make_episode(published="2027-05-01T00:00:00+00:00"),)),
            ["Mon, 01 Jun 2026 12:00:00 +0000"],
            id="nothing is listed yet: when that was decided",
        ),
        pytest.param(
            Catalog(show_guid="s", episodes=(make_episode(published=MAY, withdrawn=JUNE),)),
            ["Mon, 01 Jun 2026 12:00:00 +0000"],
            id="an old catalog, nothing listed any more: when it was taken off",
        ),
        pytest.param(
            Catalog(show_guid="s", episodes=(make_episode(published=MAY),)),
            ["Fri, 01 May 2026 00:00:00 +0000"],
            id="an old catalog: the newest episode",
        ),
        pytest.param(
            Catalog(show_guid="s", updated=MAY, episodes=(make_episode(published=JUNE),)),
            ["Mon, 01 Jun 2026 12:00:00 +0000"],
            id="an episode became due since the last change",
        ),
    ],
)
def test_the_date_of_the_feed_is_true_and_stays(found: Catalog, date: list[str]) -> None:
    assert texts(documents(found)["feed.xml"], "//lastBuildDate/text()") == date
