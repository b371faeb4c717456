from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_samples import NOON, NOTES, make_config, make_package, make_show

from pipeline import catalog, store
from pipeline.errors import ConfigError, PipelineError, StageError
from pipeline.models import (
    Catalog,
    Chapter,
    Clip,
    Credit,
    Enclosure,
    Episode,
    Package,
    PackagedFile,
    SourceFile,
)
from pipeline.store import Workspace

FEED_URL = "https://cdn.example.org/show/feed.xml"
MAY, JUNE = "2026-05-01T00:00:00+00:00", NOON.isoformat()


def episode(
    slug: str, day: str = "2026-05-01", number: int | None = None, guid: str = "", **changes: object
) -> Episode:
    plain = Episode(
        guid=guid or f"guid-{slug}",
        slug=slug,
        title=slug,
        published=day if "T" in day else f"{day}T00:00:00+00:00",
        summary="s",
        notes_html="<p>n</p>",
        notes_text="n",
        duration=60.0,
        enclosure=Enclosure(url="https://example.org/a.mp3", length=1, type="audio/mpeg"),
        page_url="https://example.org/",
        number=number,
    )
    return plain.model_copy(update=changes)


def merged(*episodes: Episode) -> Catalog:
    found = Catalog(show_guid="show")
    for one in episodes:
        found = catalog.merge(found, one)
    return found


@pytest.mark.parametrize(
    ("episodes", "order"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([episode("a", "2026-05-01"), episode("b", "2026-05-02")], "b a", id="newest first"),
        pytest.param([episode("b", "2026-05-02"), episode("a", "2026-05-01")], "b a", id="in whatever order they come"),
        pytest.param([episode("a", number=2), episode("b", number=1)], "a b", id="one day: by number"),
        pytest.param([episode("a", number=1), episode("b", season=2, number=1)], "b a", id="one day: season first"),
        pytest.param([episode("a"), episode("b")], "b a", id="one day, no number: by slug"),
        pytest.param(
            [episode("a", "2026-05-01T20:00:00-05:00"), episode("b", "2026-05-01T23:00:00+00:00")],
            "a b",
            id="moments count, not the text of their offsets",
        ),
        pytest.param([episode("a", title="x"), episode("a", title="y")], "a", id="again: replaced"),
        pytest.param([episode("old", guid="g"), episode("new", guid="g")], "new", id="renamed: the guid decides"),
    ],
)
def test_merge(episodes: Sequence[Episode], order: str) -> None:
    assert " ".join(one.slug for one in merged(*episodes).episodes) == order


def test_merge_takes_the_later_record_of_an_episode() -> None:
    assert merged(episode("a", title="x"), episode("a", title="y")).episodes[0].title == "y"


def test_a_slug_that_was_published_under_another_guid_is_refused_and_the_old_guid_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        merged(episode("a", guid="first"), episode("a", guid="second"))
    assert "first" in caught.value.fix
    assert "episodes/a/episode.yaml" in caught.value.what


days = st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 4)).map(dt.date.isoformat)
several = st.lists(
    st.builds(episode, st.sampled_from("abcdefgh"), days, st.none() | st.integers(1, 3)), unique_by=lambda one: one.slug
)


@given(several, st.randoms())
def test_the_order_of_publishing_does_not_matter(episodes: list[Episode], random: object) -> None:
    shuffled = list(episodes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert store.to_json(merged(*episodes)) == store.to_json(merged(*shuffled))


@pytest.mark.parametrize(
    ("day", "listed"),
    [("2026-06-01T11:59:59+00:00", True), ("2026-06-01T12:00:00+00:00", True), ("2026-06-01T12:00:01+00:00", False)],
)
def test_an_episode_is_due_from_its_second_on(day: str, listed: bool) -> None:
    now = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
    assert bool(catalog.due(merged(episode("a", day)), now).episodes) is listed


@pytest.mark.parametrize(
    "url",
    ["https://podnews.net/rss", "http://podnews.net/rss", "https://podnews.net/rss/", "https://podnews.net/rss//"],
)
def test_show_guid_is_the_namespace_examples(url: str) -> None:
    assert catalog.show_guid(url) == "9b024349-ccf0-5f69-a609-6b82873eab3c"


CHOSEN = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize(
    ("published", "configured", "guid"),
    [
        pytest.param(None, None, catalog.show_guid(FEED_URL), id="new show: from the feed's address"),
        pytest.param(None, CHOSEN, CHOSEN, id="new show: as configured"),
        pytest.param(OTHER, None, OTHER, id="kept for ever, wherever the feed moves"),
        pytest.param(CHOSEN, CHOSEN, CHOSEN, id="agreed"),
    ],
)
def test_the_shows_guid(published: str | None, configured: str | None, guid: str) -> None:
    data = store.to_json(Catalog(show_guid=published)) if published else None
    show = make_show(guid=uuid.UUID(configured) if configured else None)
    assert catalog.read_catalog(data, show, FEED_URL).show_guid == guid


@pytest.mark.parametrize(
    ("data", "kind", "fix"),
    [
        pytest.param(store.to_json(Catalog(show_guid=OTHER)), ConfigError, "another bucket or prefix", id="other show"),
        pytest.param(b'{"show_guid": "x", "added_later": 1}', StageError, "newer Showrunner", id="from the future"),
        pytest.param(b"<html>404</html>", StageError, "newer Showrunner", id="not a catalog"),
    ],
)
def test_a_catalog_that_is_not_ours_is_left_alone(data: bytes, kind: type[PipelineError], fix: str) -> None:
    with pytest.raises(kind) as caught:
        catalog.read_catalog(data, make_show(guid=uuid.UUID(CHOSEN)), FEED_URL)
    assert fix in caught.value.fix


def test_an_episode_points_to_every_file_by_its_published_name(work: Workspace) -> None:
    package = make_package(work)
    made = catalog.make_episode(package, NOTES, "<p/>", "t", make_show(), make_config(), "tides", "https://x.org/s")
    audio = package.of("audio")[0]
    assert made.enclosure.url == f"https://x.org/s/episodes/tides/{audio.key}"
    assert made.enclosure.length == audio.blob.size
    assert made.page_url == "https://x.org/s/episodes/tides/index.html"
    assert [asset.type for asset in made.transcripts] == [file.media_type for file in package.of("transcript")]
    assert made.summary == "We talk about tides."


@pytest.mark.parametrize(
    ("own", "of_the_show", "expected"), [(None, True, True), (None, False, False), (False, True, False)]
)
def test_an_episode_is_as_explicit_as_the_show_unless_it_says_otherwise(
    work: Workspace, own: bool | None, of_the_show: bool, expected: bool
) -> None:
    show, config = make_show(explicit=of_the_show), make_config(explicit=own)
    made = catalog.make_episode(make_package(work), NOTES, "", "", show, config, "tides", "https://x.org")
    assert made.explicit is expected


def test_the_record_says_what_the_episode_and_its_package_say(work: Workspace) -> None:
    plain = make_package(work)
    other = work.keep_bytes(b"opus", "package/tides.opus")
    picture = work.keep_bytes(b"png", "package/cover.png")
    package = plain.model_copy(
        update={
            "files": (
                *plain.files,
                PackagedFile(name="tides.opus", role="alternate", media_type="audio/ogg", blob=other, bitrate=32_000),
                PackagedFile(name="cover.png", role="cover", media_type="image/png", blob=picture),
            ),
            "language": "de",
            "chapters": (Chapter(start=0, end=5, title="Hello"),),
            "soundbites": (Clip(start=1, duration=20, title="Found"),),
        }
    )
    config = make_config(display="Day 5", block=True, location=({"name": "Bergen"},), txt=({"text": "x"},))
    made = catalog.make_episode(package, NOTES, "", "", make_show(), config, "tides", "https://x.org")
    assert made.enclosure.sha256 == package.of("audio")[0].blob.sha256
    assert [(one.type, one.length, one.bitrate) for one in made.alternates] == [("audio/ogg", 4, 32_000)]
    assert made.image_url == f"https://x.org/episodes/tides/cover-{picture.sha256[:12]}.png"
    assert {asset.language for asset in made.transcripts} == {"de"}
    assert (made.marks, made.soundbites) == (package.chapters, package.soundbites)
    assert (made.display, made.block, made.location[0].name, made.txt[0].text) == ("Day 5", True, "Bergen", "x")


def test_a_persons_soundbites_stand_instead_of_the_one_that_was_found(work: Workspace) -> None:
    package = make_package(work).model_copy(update={"soundbites": (Clip(start=1, duration=20, title="Found"),)})
    chosen = (Clip(start=2, duration=30), Clip(start=50, duration=30))
    config = make_config(soundbites=chosen)
    made = catalog.make_episode(package, NOTES, "", "", make_show(), config, "tides", "https://x.org")
    assert made.soundbites == chosen


@pytest.mark.parametrize(
    ("heard", "named"),
    [
        pytest.param((), ["Ada Ström"], id="the guests of episode.yaml"),
        pytest.param((("Mara Quill", "host"), ("Ada Ström", "guest")), ["Ada Ström"], id="nobody twice"),
        pytest.param((("Odo Fenn", "speaker"),), ["Ada Ström", "Odo Fenn"], id="who else speaks by name"),
        pytest.param((("James Cook", "mentioned"),), ["Ada Ström"], id="not who is only spoken of"),
    ],
)
def test_people_of_an_episode(
    heard: Sequence[tuple[str, Literal["host", "guest", "speaker", "mentioned"]]], named: list[str]
) -> None:
    credits = tuple(Credit(name=name, role=role, start=0, segment=0) for name, role in heard)
    notes = NOTES.model_copy(update={"people": credits})
    assert [one.name for one in catalog.credited(make_show(), make_config(), notes)] == named


OLD = b"""{"show_guid": "%s", "episodes": [{"guid": "g", "slug": "a", "title": "A", "published": "2026-05-01T00:00:00+00:00",
"summary": "s", "notes_html": "<p>n</p>", "notes_text": "n", "duration": 60.0, "page_url": "https://x.org/",
"enclosure": {"url": "https://x.org/a.mp3", "length": 1, "type": "audio/mpeg"}, "season": 1, "number": 3, "type": "full",
"explicit": false, "people": [{"name": "Ada", "role": "guest"}], "transcripts": [{"url": "https://x.org/a.vtt",
"type": "text/vtt", "language": "en"}], "chapters": {"url": "https://x.org/c.json", "type": "application/json+chapters"}
}]}""" % CHOSEN.encode()  # fmt: skip


def test_a_catalog_of_an_older_showrunner_is_read_and_keeps_its_meaning() -> None:
    found = catalog.read_catalog(OLD, make_show(), FEED_URL)
    assert found.updated is None
    assert (found.episodes[0].slug, found.episodes[0].marks, found.episodes[0].alternates) == ("a", (), ())
    assert catalog.read_catalog(store.to_json(found), make_show(), FEED_URL) == found


@pytest.mark.parametrize(
    ("change", "moment"),
    [
        pytest.param(lambda before: before, MAY, id="nothing changed"),
        pytest.param(lambda before: catalog.merge(before, episode("a")), MAY, id="the same record again"),
        pytest.param(lambda before: catalog.merge(before, episode("a", title="B")), JUNE, id="a title"),
        pytest.param(lambda before: catalog.withdraw(before, "a", NOON), JUNE, id="taken off"),
    ],
)
def test_a_catalog_knows_when_it_last_became_another(change: Callable[[Catalog], Catalog], moment: str) -> None:
    before = merged(episode("a")).model_copy(update={"updated": MAY})
    assert catalog.stamp(before, change(before), NOON).updated == moment


def test_a_package_without_audio_is_refused() -> None:
    with pytest.raises(StageError, match="0 files for the audio"):
        catalog.make_episode(
            Package(files=(), duration=1), NOTES, "", "", make_show(), make_config(), "a", "https://x.org"
        )


def test_a_new_cover_gets_a_new_address() -> None:
    keys = {catalog.cover_key(SourceFile(path="/a/My Cover.JPG", sha256=digit * 64, size=1)) for digit in "ab"}
    assert keys == {"cover-aaaaaaaaaaaa.jpg", "cover-bbbbbbbbbbbb.jpg"}


def test_addresses_are_ascii() -> None:
    assert catalog.public_url("https://x.org", "episodes/é/a b.mp3") == "https://x.org/episodes/%C3%A9/a%20b.mp3"
