"""Pictures of the sound as shapes and as SVG: what they show, how they bear bad input, and what they weigh."""

import re
from xml.etree import ElementTree

import pytest

from pipeline.models import Chapter, Element, Loudness, Segment, Span, TimeMap
from pipeline.pictures.loudness import draw_loudness
from pipeline.pictures.palette import COLOURS
from pipeline.pictures.svg import shorten_to, write_svg
from pipeline.pictures.timeline import cut_bars, measure_voices
from pipeline.pictures.waveform import Heard, draw_waveform
from pipeline.site import static_file

HOSTILE = "</title><script>alert(1)</script>\x00 \u202e مرحبا 🎙 & \"'"
SVG = "{http://www.w3.org/2000/svg}"


def talk(speakers, seconds=2.0):
    return tuple(
        Segment(id=at, start=at * seconds, end=(at + 1) * seconds, text="x", speaker=name)
        for at, name in enumerate(speakers)
    )


def heard(segments=(), chapters=(), duration=20.0, levels=bytes([200, 100] * 1800), title="Tide", **more):
    return Heard(title, "Show", duration, levels, tuple(segments), tuple(chapters), **more)


def read(heard, height=400):
    return ElementTree.fromstring(write_svg(draw_waveform(heard, height)))


@pytest.mark.parametrize(
    ("theme", "opening"), [("light", ":root {"), ("dark", "@media (prefers-color-scheme: dark) {")]
)
def test_colours_are_those_of_the_page(theme, opening):
    style = static_file("site.css").data.decode()
    page = dict(re.findall(r"--([\w-]+): (#\w+);", style[style.index(opening) :].partition("}")[0]))
    whole = {
        name: value if len(value) == 7 else "#" + "".join(2 * sign for sign in value[1:])
        for name, value in page.items()
    }
    assert COLOURS[theme] == {name: whole[name] for name in COLOURS[theme]}


def test_a_bar_belongs_to_who_speaks_most_in_it_and_quiet_sound_shows():
    bars = cut_bars(bytes([20, 10] * 50 + [40, 20] * 50), talk(["Ada", "Bo", None]), 8.0, 4)
    assert [bar.colour for bar in bars] == [1, 2, 0, 0]
    assert [round(bar.mean, 2) for bar in bars] == [0.5, 0.5, 1.0, 1.0]


@pytest.mark.parametrize(("columns", "count"), [(1, 7), (10, 3), (0, 4), (1800, 276)])
def test_any_number_of_columns_makes_as_many_bars_as_are_wanted(columns, count):
    assert len(cut_bars(bytes([255, 128]) * columns, (), 1.0, count)) == count


def test_the_picture_tells_in_words_what_it_shows():
    chapters = (
        Chapter(start=0, title="Welcome"),
        Chapter(start=10, title="Secret", toc=False),
        Chapter(start=14, title="Bye"),
    )
    intro = Element(kind="intro", file=0, start=0, begin=0, end=4)
    root = read(heard(talk(["Ada", "Bo", "Bo", "Bo"]), chapters, elements=(intro,)))
    assert root.find(f"{SVG}title").text == "Tide"
    assert root.find(f"{SVG}desc").text == (
        "Waveform of 20 s. Speakers: Ada 25 %, Bo 75 %. Chapters: 0:00 Welcome; 0:14 Bye. Also heard: 0:00 Intro."
    )
    assert [one.text for one in root.iterfind(f"{SVG}rect/{SVG}title")] == ["0:00 Welcome", "0:14 Bye", "0:00 Intro"]
    assert {one.get("class") for one in root.iterfind(f"{SVG}path")} == {
        "v1",
        "v2",
        "quiet",
        "v1 faint",
        "v2 faint",
        "quiet faint",
    }


ODD = {
    "silence": heard(levels=bytes(3600)),
    "half a second": heard(duration=0.5, segments=talk(["Ada"], 0.5)),
    "nothing": heard(duration=0.0, levels=b""),
    "six hours": heard(talk(["Ada", "Bo"] * 5400), [Chapter(start=18 * at, title="T" * 255) for at in range(1200)], 21_600.0),
    "thirty speakers": heard(talk([f"Speaker {at}" for at in range(30)], 0.6)),
    "hostile": heard(talk([HOSTILE] * 5), [Chapter(start=0, title=HOSTILE), Chapter(start=9, title=HOSTILE)], title=HOSTILE),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("height", [400, 630])
def test_odd_sounds_are_small_well_formed_pictures_without_script(name, height):
    svg = write_svg(draw_waveform(ODD[name], height))
    root = ElementTree.fromstring(svg)
    assert len(svg.encode()) < 40_000
    assert not root.findall(f".//{SVG}script")
    assert svg == write_svg(draw_waveform(ODD[name], height))


def test_speakers_without_room_in_the_legend_are_counted():
    texts = [one.text for one in read(ODD["thirty speakers"]).iterfind(f"{SVG}text")]
    named = [one for one in texts if one.startswith("Speaker")]
    assert texts[-1] == f"and {30 - len(named)} more"
    assert [one.colour for one in measure_voices(ODD["thirty speakers"].segments)][5:8] == [6, 1, 2]


@pytest.mark.parametrize(
    ("text", "short"), [("Tide", "Tide"), ("x" * 99, "xxxxxxx…"), ("潮" * 9, "潮潮潮潮…"), ("", "")]
)
def test_text_is_cut_to_its_room(text, short):
    assert shorten_to(text, 10, 50) == short


def test_loudness_before_is_drawn_where_it_is_heard_and_silence_is_told():
    cut = TimeMap(spans=(Span(start=100, end=200, heard_at=0),))
    before = Loudness(integrated=-24, range=8, true_peak=-3, short_term=(-24.0,) * 200)
    after = Loudness(integrated=-16, range=4, true_peak=-1, short_term=(float("-inf"),) + (-16.0,) * 99)
    scene = draw_loudness("Tide", 100.0, before, after, cut, -16.0)
    assert scene.about == (
        "Short-term loudness over 1 min 40 s. Target −16.0 LUFS. Before: −24.0 LUFS, range 8.0 LU, peak −3.0 dBTP. "
        "After: −16.0 LUFS, range 4.0 LU, peak −1.0 dBTP."
    )
    silent = Loudness(integrated=None, range=None, true_peak=None)
    assert "After: silence." in draw_loudness("Tide", 0.0, silent, silent, cut, -16.0).about
    assert len(write_svg(scene)) < 40_000
