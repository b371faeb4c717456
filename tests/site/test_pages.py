import datetime as dt
import json
import re

import packaged_samples as sample
import pytest

from pipeline import site
from pipeline.models import Catalog, Chapter, Enclosure, Episode, Person, Segment
from pipeline.site.notes import split_sentences
from pipeline.site.pages import format_date, gather_people
from pipeline.site.transcript_view import Voice, lay_out, measure_voices


def segment(number, start, speaker="Ada", text="Words."):
    return Segment(id=number, start=start, end=start + 1, text=text, speaker=speaker)


def test_transcript_is_laid_out_by_chapter_and_speaker():
    chapters = (Chapter(start=0, title="One"), Chapter(start=2, title="Two"))
    first, second = lay_out([segment(0, 0.5), segment(1, 1.2, "Bo"), segment(2, 1.9995, "Bo"), segment(3, 4)], chapters)
    assert (first.chapter.title, second.chapter.title) == ("One", "Two")
    assert [(one.speaker, one.colour, one.named) for one in first.paragraphs] == [("Ada", 1, True), ("Bo", 2, True)]
    assert [(one.speaker, one.colour) for one in second.paragraphs] == [("Bo", 2), ("Ada", 1)]


def test_only_the_first_sentence_of_a_second_bears_its_anchor():
    (only,) = lay_out([segment(0, 62.1), segment(1, 62.8), segment(2, 63.0)], ())
    assert [one.anchor for paragraph in only.paragraphs for one in paragraph.sentences] == ["t=1:02", None, "t=1:03"]


def test_speech_before_the_first_chapter_and_empty_segments_do_no_harm():
    (before, under) = lay_out([segment(0, 1), segment(1, 2, text="  "), segment(2, 6)], (Chapter(start=5, title="x"),))
    assert before.chapter is None
    assert [len(one.paragraphs) for one in (before, under)] == [1, 1]


def test_voices_are_measured_in_order_of_first_speaking():
    ada, bo = measure_voices([segment(0, 0), segment(1, 1), segment(2, 2, "Bo"), segment(3, 9)], 10.0)
    assert (ada.name, ada.colour, ada.share, ada.path) == ("Ada", 1, 75, "M0 0h2000v10h-2000zM9000 0h1000v10h-1000z")
    assert (bo.name, bo.colour, bo.share) == ("Bo", 2, 25)


def test_people_are_hosts_guests_and_whoever_else_speaks():
    voices = (Voice("guest one", 1, 60, ""), Voice("Speaker 2", 2, 40, ""))
    people = gather_people(
        (Person(name="Host"),),
        (Person(name="Guest One", href="https://x.example"), Person(name="E", href="data:,x")),
        voices,
    )
    assert [(one.name, one.role, one.href, one.voice and one.voice.share) for one in people] == [
        ("Host", "host", None, None),
        ("Guest One", "guest", "https://x.example", 60),
        ("E", "guest", None, None),
        ("Speaker 2", "speaker", None, 40),
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ('He said "No." Then left.', ("He said \"No.", "Then left.")),
        ("No end", ("No end",)),
        ("  \n ", ()),
        ("A\n\nB. C", ("A B.", "C")),
    ],
)  # fmt: skip
def test_summary_is_split_at_the_ends_of_sentences(text, sentences):
    assert split_sentences(text) == sentences


def test_date_is_written_out():
    assert format_date(dt.datetime(2026, 12, 1, tzinfo=dt.UTC)) == "1 December 2026"


def episode(number, title="A tide", summary="About tides."):
    return Episode(
        guid=f"g{number}", slug=f"tide-{number}", title=title, published="2026-03-02T00:00:00+00:00", summary=summary,
        notes_html="", notes_text="", duration=3723.0, page_url="https://x.example",
        enclosure=Enclosure(url="https://x.example/a.mp3", length=1, type="audio/mpeg"), season=1, number=number,
    )  # fmt: skip


def test_index_lists_the_episodes_in_the_catalogs_order():
    catalog = Catalog(show_guid="g", episodes=(episode(2, "Second </script><b>"), episode(1, "First")))
    page = site.render_index(sample.SHOW, catalog, "cover-0123456789ab.jpg", sample.BASE)
    assert re.findall(r'<h3 dir="auto"><a href="([^"]+)">(.*?)</a>', page) == [
        ("episodes/tide-2/index.html", "Second &lt;/script&gt;&lt;b&gt;"),
        ("episodes/tide-1/index.html", "First"),
    ]
    assert "Season 1 · Episode 2 · " in page
    assert "1:02:03" in page
    assert f'href="{site.static_file("site.css").key}"' in page
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", page).group(1))
    assert (data["@type"], data["webFeed"]) == ("PodcastSeries", f"{sample.BASE}/feed.xml")


def test_index_of_a_show_without_episodes_says_so():
    page = site.render_index(sample.SHOW, Catalog(show_guid="g"), "cover.jpg", sample.BASE)
    assert "No episode has been published yet." in page


def test_static_files_are_named_by_their_contents():
    assert {one.name for one in site.static_files()} == {"site.css", "player.js"}
    assert all(re.fullmatch(r"[a-z]+-[0-9a-f]{12}\.(css|js)", one.key) for one in site.static_files())
    assert not any(b"http" in one.data or b"@import" in one.data for one in site.static_files())


def test_episode_page_describes_itself_to_previews_and_search_engines(work):
    made = sample.make_package(work)
    page = work.path(made.of("page")[0].blob).read_text()
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", page).group(1))
    audio = made.of("audio")[0]
    assert data["@type"] == "PodcastEpisode"
    assert data["associatedMedia"]["contentUrl"] == f"{sample.BASE}/episodes/tide/{audio.key}"
    assert data["timeRequired"] == "PT16S"
    assert data["episodeNumber"] == 3
    assert [clip["startOffset"] for clip in data["hasPart"]] == [0.0, 6.0, 10.0]
    assert f'<meta property="og:url" content="{sample.BASE}/episodes/tide/index.html">' in page
    assert '<meta property="og:title" content="The Tide Machine · Salt and Brass">' in page
    assert re.search(r'<meta property="og:image" content="https://saltandbrass.example/show/cover-\w{12}.jpg">', page)
    assert '<link rel="alternate" type="application/rss+xml" title="Salt and Brass" href="../../feed.xml">' in page
    for file in (*made.of("audio"), *made.of("transcript"), *made.of("extra")):
        assert f'"{file.key}"' in page
