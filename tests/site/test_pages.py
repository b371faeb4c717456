import datetime as dt
import json
import re

import packaged_samples as sample
import pytest
import release_samples as release
from PIL import Image

from pipeline import catalog, site
from pipeline.models import (
    Catalog,
    Chapter,
    Chapters,
    Clip,
    Credit,
    Enclosure,
    Episode,
    NoteLine,
    Person,
    Segment,
    Soundbite,
    SourceFile,
)
from pipeline.pictures.palette import SPEAKERS
from pipeline.pictures.timeline import Voice, measure_voices
from pipeline.site.index_page import IN_FULL
from pipeline.site.notes import split_sentences
from pipeline.site.pages import gather_people
from pipeline.site.subscribing import app_links
from pipeline.site.transcript_view import lay_out
from pipeline.site.wording import format_date
from pipeline.stages import publish


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
    ada, bo = measure_voices([segment(0, 0), segment(1, 1), segment(2, 2, "Bo"), segment(3, 9)])
    assert (ada.name, ada.colour, ada.share) == ("Ada", 1, 75)
    assert (bo.name, bo.colour, bo.share) == ("Bo", 2, 25)


def test_people_are_hosts_guests_and_whoever_else_speaks():
    voices = (Voice("guest one", 1, 60), Voice("Speaker 2", 2, 40))
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
    assert "<bdi>Season 1 · Episode 2</bdi> · " in page
    assert "1:02:03" in page
    assert f'href="{site.static_file("site.css").key}"' in page
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", page).group(1))
    assert (data["@type"], data["webFeed"]) == ("PodcastSeries", f"{sample.BASE}/feed.xml")


def test_index_of_thousands_has_the_newest_in_full_and_the_others_by_year():
    start = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    episodes = tuple(
        episode(number, f"Talk {number}").model_copy(
            update={"published": (start - dt.timedelta(days=2000 - number)).isoformat()}
        )
        for number in range(2000, 0, -1)
    )
    page = site.render_index(sample.SHOW, Catalog(show_guid="g", episodes=episodes), "cover.jpg", sample.BASE)
    assert page.count('class="about"') == IN_FULL
    assert re.findall(r'<a href="episodes/tide-(\d+)/', page) == [str(number) for number in range(2000, 0, -1)]
    headings = re.findall(r'<h3 id="[^"]*">(.*?)</h3>', page)
    assert headings == ["Earlier in 2026", "2025", "2024", "2023", "2022", "2021", "2020"]
    assert len(page.encode()) < 500_000


def trailer(number):
    return episode(number).model_copy(update={"type": "trailer"})


@pytest.mark.parametrize(
    ("kind", "episodes", "link"),
    [
        ("episodic", (episode(2), episode(1)), None),
        ("serial", (episode(2), episode(1)), "episodes/tide-1/"),
        ("serial", (episode(2), trailer(1)), "episodes/tide-1/"),
        ("episodic", (episode(3), trailer(2), trailer(1)), "episodes/tide-2/"),
        ("serial", (), None),
    ],
)
def test_new_listeners_are_led_to_the_trailer_or_the_first_of_a_serial(kind, episodes, link):
    show = sample.SHOW.model_copy(update={"type": kind})
    page = site.render_index(show, Catalog(show_guid="g", episodes=episodes), "cover.jpg", sample.BASE)
    found = re.search(r'<a href="([^"]+)index.html">(?:Hear the trailer|Start with the first episode)</a>', page)
    assert (found and found.group(1)) == link


def test_index_of_a_show_without_episodes_says_so():
    page = site.render_index(sample.SHOW, Catalog(show_guid="g"), "cover.jpg", sample.BASE)
    assert "No episode has been published yet." in page


def test_apps_open_the_feed_by_schemes_of_their_own():
    links = {one.name: one.href for one in app_links("https://a.example/s/feed.xml")}
    assert links["Apple Podcasts"] == "podcast://a.example/s/feed.xml"
    assert links["Overcast"] == "overcast://x-callback-url/add?url=https%3A%2F%2Fa.example%2Fs%2Ffeed.xml"


def test_a_platform_of_the_show_stands_instead_of_the_app_of_that_name():
    show = sample.SHOW.model_copy(update={"platforms": {"Apple Podcasts": "https://podcasts.example/1"}})
    page = site.render_index(show, Catalog(show_guid="g"), "cover.jpg", sample.BASE)
    assert re.findall(r'<a href="([^"]*)"[^>]*>Apple Podcasts</a>', page) == ["https://podcasts.example/1"]


def test_static_files_are_named_by_their_contents():
    assert {one.name for one in site.static_files()} == {"site.css", "site.js"}
    assert all(re.fullmatch(r"[a-z]+-[0-9a-f]{12}\.(css|js)", one.key) for one in site.static_files())
    assert not any(b"http" in one.data or b"@import" in one.data for one in site.static_files())


@pytest.mark.parametrize(
    ("show", "episode", "hidden"),
    [({}, {}, False), ({"block": True}, {}, True), ({}, {"block": True}, True)],
)
def test_what_directories_may_not_list_search_engines_may_not_either(work, show, episode, hidden):
    show, episode = sample.SHOW.model_copy(update=show), sample.EPISODE.model_copy(update=episode)
    made = sample.make_package(work, show=show, episode=episode)
    index = site.render_index(show, Catalog(show_guid="g"), "cover.jpg", sample.BASE)
    for page, expected in ((read_page(work, made), hidden), (index, show.block)):
        assert ('<meta name="robots" content="noindex, nofollow, noarchive">' in page) == expected
        assert ("og:title" in page, "ld+json" in page) == (not expected, not expected)


@pytest.mark.parametrize(
    ("language", "html", "words"),
    [
        ("en", '<html lang="en">', 'lang="en" dir="ltr"'),
        ("en-GB", '<html lang="en-GB">', 'lang="en-GB" dir="ltr"'),
        ("he", '<html lang="he">', 'lang="he" dir="rtl"'),
        ("zh-Hant", '<html lang="zh-Hant">', 'lang="zh-Hant" dir="ltr"'),
    ],
)
def test_page_says_its_language_and_that_its_labels_are_english(work, language, html, words):
    episode = sample.EPISODE.model_copy(update={"language": language})
    page = read_page(work, sample.make_package(work, episode=episode))
    assert html in page
    assert words in page
    assert f'srclang="{language}"' in page
    assert ('<body lang="en">' in page) == (not language.startswith("en"))
    assert ("</span> <span" in page) == (language != "zh-Hant")


def test_notes_are_shown_as_far_as_there_are_any(work):
    line = NoteLine(text="A machine that knows the sea.", start=4, segments=(2,))
    notes = sample.make_notes(sample.make_transcript()).model_copy(
        update={
            "headline": line,
            "covered": (line,),
            "people": (
                Credit(name="Wojciech Marczwiel", role="guest", link="https://x.example/w", start=4, segment=2),
                Credit(name="Ada Lovelace", role="mentioned", link="javascript:alert(1)", start=10, segment=5),
            ),
            "soundbite": Soundbite(start=0, end=8, title="Short", segments=(0,)),
        }
    )
    episode = sample.EPISODE.model_copy(update={"guests": (Person(name="Wojciech Marczwiel"),)})
    page = read_page(work, sample.make_package(work, notes=notes, episode=episode))
    assert '<p class="lede" dir="auto">A machine that knows the sea.</p>' in page
    assert re.search(r"<dt><span[^>]*>Brass and iron</span> .*<dd[^>]*>A machine that knows the sea.</dd>", page)
    assert re.search(r'<a href="https://x.example/w"[^>]*>Wojciech Marczwiel</a> <span class="role">guest', page)
    assert re.search(r"<dt>People</dt><dd><ul class=\"mentions\">\n<li><bdi>Ada Lovelace</bdi>", page)
    assert "javascript:alert" not in page
    assert 'class="clip"' not in page  # eight seconds are none that apps take
    assert 'name="description" content="A machine that knows the sea. — Welcome to the island. The tide machine' in page


def test_clips_of_a_person_stand_instead_of_the_one_that_was_found(work):
    episode = sample.EPISODE.model_copy(
        update={"soundbites": (Clip(start=62.5, duration=2), Clip(start=3, duration=2.4, title="<i>"))}
    )
    page = read_page(work, sample.make_package(work, episode=episode))
    assert re.findall(
        r'<p class="clip"><a href="([^"]+)" data-start="([\d.]+)" data-end="([\d.]+)">(.*?)</a> <q[^>]*>(.*?)</q>', page
    ) == [("#t=0:03", "3.0", "5.4", "Hear 2 seconds", "&lt;i&gt;")]  # the other one begins after the end


def test_chapters_show_their_link_and_only_pictures_of_our_own(work):
    chapters = Chapters(
        chapters=(
            Chapter(start=0, title="One", url="https://x.example/one", img=f"{sample.BASE}/pictures/one.jpg"),
            Chapter(start=4, title="Two", url="javascript:alert(1)", img="https://tracker.example/pixel.gif"),
        )
    )
    page = read_page(work, sample.make_package(work, chapters=chapters))
    assert re.findall(r'<div class="more">.*', page) == [
        '<div class="more"><img src="../../pictures/one.jpg" alt="" width="64" height="64" loading="lazy">'
        '<a href="https://x.example/one" rel="noopener" aria-label="Link of the chapter One">Link</a></div></li>'
    ]
    assert "tracker.example" not in page.partition("<body")[2]


def test_episode_with_a_picture_of_its_own_shows_that(work):
    work.folder.mkdir()
    show_cover = sample.make_cover(work.folder)
    own = SourceFile(path=str(work.folder / "own.png"), sha256="0", size=1)
    Image.new("RGB", (1500, 1500), "navy").save(own.path)
    made = sample.make_package(work, cover=show_cover.model_copy(update={"others": (own,)}))
    small = next(file for file in made.files if file.name == site.SMALL_COVER)
    page = read_page(work, made)
    assert f'<img class="cover" src="{small.key}"' in page
    assert f'property="og:image" content="{sample.BASE}/episodes/tide/{small.key}"' in page
    with Image.open(work.path(small.blob)) as picture:
        assert (picture.size, picture.format) == ((site.SMALL_SIDE, site.SMALL_SIDE), "JPEG")


@pytest.mark.parametrize("scheme", [":root {", "@media (prefers-color-scheme: dark) {"])
def test_colours_of_speakers_and_text_stand_out_from_what_they_are_on(scheme):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text; a speaker's colour is that of a name on the page's ground."""
    style = site.static_file("site.css").data.decode()
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", style[style.index(scheme) :].partition("}")[0]))
    pairs = [(f"v{n}", "paper") for n in range(1, SPEAKERS + 1)] + [
        ("ink", "paper"), ("quiet", "paper"), ("quiet", "card"), ("accent", "paper"), ("accent-ink", "accent"),
        ("ink", "soft"), ("mark-ink", "mark"), ("ink", "card"),
    ]  # fmt: skip
    assert {pair: ratio for pair in pairs if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < 4.5} == {}


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_page_asks_nobody_else_for_anything(work):
    page = read_page(work, sample.make_package(work))
    loaded = loaded_by(page)
    assert len(loaded) == 7
    assert not any(re.match(r"(?i)[a-z]+:|//", address) for address in loaded)
    assert "default-src 'none'" in page
    assert "<iframe" not in page


def loaded_by(page):
    """The addresses of all that a browser fetches for a page."""
    return re.findall(r'<(?:img|script|audio|track)[^>]* src="([^"]+)"', page) + re.findall(
        r'<link rel="(?:icon|stylesheet|apple-touch-icon)" href="([^"]+)"', page
    )


def test_what_a_page_loads_is_published_with_it(work):
    cover = release.make_cover()
    key = catalog.cover_key(cover)
    shared = {item.key for item in publish.list_show_items(cover)}
    index = site.render_index(sample.SHOW, Catalog(show_guid="g"), key, sample.BASE)
    made = sample.make_package(work, cover=cover)
    beside = {f"../../{name}" for name in shared} | {file.key for file in made.files}
    assert set(loaded_by(index)) <= shared
    assert set(loaded_by(read_page(work, made))) <= beside


def read_page(work, made):
    return work.path(made.of("page")[0].blob).read_text()


def test_episode_page_describes_itself_to_previews_and_search_engines(work):
    made = sample.make_package(work)
    page = work.path(made.of("page")[0].blob).read_text()
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", page).group(1))
    audio = made.of("audio")[0]
    assert data["@type"] == "PodcastEpisode"
    assert data["associatedMedia"]["contentUrl"] == f"{sample.BASE}/episodes/tide/{audio.key}"
    assert data["timeRequired"] == "PT16S"
    assert data["episodeNumber"] == 3
    assert data["partOfSeason"] == {"@type": "CreativeWorkSeason", "seasonNumber": 1}
    assert [one["name"] for one in data["actor"]] == ["Niamh Quillane", "Wojciech Marczwiel"]
    assert {one["encodingFormat"] for one in data["associatedMedia"]["caption"]} >= {"text/vtt", "application/x-subrip"}
    assert [clip["startOffset"] for clip in data["hasPart"]] == [0.0, 6.0, 10.0]
    assert f'<meta property="og:url" content="{sample.BASE}/episodes/tide/index.html">' in page
    assert '<meta property="og:title" content="The Tide Machine · Salt and Brass">' in page
    assert re.search(r'property="og:image" content="https://saltandbrass.example/show/cover-small-\w{12}.jpg">', page)
    assert '<link rel="alternate" type="application/rss+xml" title="Salt and Brass" href="../../feed.xml">' in page
    for file in (*made.of("audio"), *made.of("transcript"), *made.of("extra")):
        assert f'"{file.key}"' in page
