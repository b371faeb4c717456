"""The waveform in the player."""

import re

from pipeline.models import Chapter, Element, Segment
from pipeline.site.strip import lay_strip

TALK = (
    Segment(id=0, start=0, end=10, text="a", speaker="Ada"),
    Segment(id=1, start=10, end=20, text="b", speaker="Bo"),
)
CHAPTERS = (Chapter(start=0, title="One"), Chapter(start=10, title="Two"))


def starts(path):
    return [int(at) for at in re.findall(r"M(\d+) ", path)]


def test_bars_have_the_colour_of_who_speaks_and_chapters_their_place():
    ad = Element(kind="ad", file=0, start=15, begin=1, end=3, title="Brass Ltd")
    strip = lay_strip(bytes([200, 100] * 1800), TALK, CHAPTERS, (ad,), 20.0)
    assert [colour for colour, _ in strip.bars] == [1, 2]
    assert max(starts(strip.bars[0][1])) < 5080
    assert min(starts(strip.bars[1][1])) > 5000
    assert strip.ticks == (5000,)
    assert [one.tip for one in strip.chapters] == ["0:00 One", "0:10 Two"]
    assert [(one.x, one.width, one.tip) for one in strip.elements] == [(7500, 1000, "0:15 Ad: Brass Ltd")]


def test_a_sound_without_levels_speakers_or_length_has_a_strip_too():
    for levels, duration in ((b"", 20.0), (bytes(3600), 20.0), (b"", 0.0)):
        strip = lay_strip(levels, (), (), (), duration)
        assert [colour for colour, _ in strip.bars] == [0]
        assert len(starts(strip.bars[0][1])) == 125
