"""When the talk and other sound are heard, and how loud music is beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from assembly_samples import make_chapters, make_inserts, make_talk, make_transcript
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly import envelopes
from pipeline.assembly.cues import Cue, make_cue
from pipeline.assembly.layout import Layout, lay_out
from pipeline.assembly.placing import place
from pipeline.assembly.talk import Talk
from pipeline.config import AssembleConfig
from pipeline.models import SoundFile, TimeMap

SETTINGS = AssembleConfig()


def _unheard(text: str) -> None:
    """A notice that nobody reads."""


def _first(start: float, end: float) -> float:
    return start


def _last(start: float, end: float) -> float:
    return end


def _middle(start: float, end: float) -> float:
    return (start + end) / 2


def arrange(elements: Any, talk: Talk, length: float = 12.0, gap: float = 0.5) -> Layout:
    file = SoundFile(duration=length, begin=0.0, end=length)
    cues = [make_cue(one, file, talk.length, _unheard) for one in make_inserts(elements)]
    chapters = make_chapters(0.0, 31.0, 71.0, duration=talk.duration)
    return lay_out(talk, place(cues, talk, chapters, SETTINGS, _unheard), gap)


def show(laid: Layout) -> list[tuple[float, float, str]]:
    """What is heard from when to when."""
    talk = [(one.heard_at, one.heard_at + one.end - one.start, "talk") for one in laid.spans]
    return sorted([*talk, *((one.start, one.end, one.cue.insert.sound.file) for one in laid.played)])


@pytest.mark.parametrize(
    ("elements", "heard"),
    [
        (None, [(0, 100, "talk")]),
        ({"intro": {"file": "in", "overlap": 0}}, [(0, 12, "in"), (12.5, 112.5, "talk")]),
        # The first word is said in second 1: ten of its seconds the intro plays alone.
        ({"intro": {"file": "in", "overlap": 2}}, [(0, 12, "in"), (9, 109, "talk")]),
        # The last word ends a second before the talk does.
        ({"outro": {"file": "out", "overlap": 3}}, [(0, 100, "talk"), (96, 108, "out")]),
        ({"ads": [{"file": "ad", "at": 20}]}, [(0, 20, "talk"), (20.5, 32.5, "ad"), (33, 113, "talk")]),
        ({"ads": [{"file": "a", "at": 20}, {"file": "b", "at": 20}]},
         [(0, 20, "talk"), (20.5, 32.5, "a"), (33, 45, "b"), (45.5, 125.5, "talk")]),
        ({"intro": {"file": "in", "overlap": 2}, "ads": [{"file": "ad", "at": "start"}]},
         [(0, 12, "ad"), (12.5, 24.5, "in"), (21.5, 121.5, "talk")]),
    ],
)  # fmt: skip
def test_everything_is_heard_one_after_the_other_but_music_over_words(elements: Any, heard: list[Any]) -> None:
    laid = arrange(elements, make_talk())
    assert show(laid) == heard
    assert laid.duration == heard[-1][1]


def test_music_never_reaches_over_an_ad_however_much_of_it_should_be_under_the_talk() -> None:
    elements = {"intro": {"file": "in", "overlap": 12}, "ads": [{"file": "ad", "at": 10}]}
    laid = arrange(elements, make_talk())
    intro, ad = laid.played
    assert intro.end <= ad.start
    assert [span.start for span in laid.spans] == [0.0, 10.0]


def test_words_fall_where_the_time_map_says() -> None:
    laid = arrange({"intro": "in", "bumper": "b"}, make_talk(kept=((0.0, 15.0), (25.0, 100.0))))
    times = TimeMap(spans=laid.spans)
    assert [round(times.to_listener(second), 3) for second in (1, 12, 31, 71)] == [9.0, 20.0, 42.0, 95.0]


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Any, Talk, float]:
    duration = draw(st.integers(2, 200)) + draw(st.sampled_from([0.0, 0.123456]))
    edges = sorted(draw(st.sets(st.floats(0, duration).map(lambda at: round(at, 3)), max_size=8)))
    cuts = [one for one in zip(edges[::2], edges[1::2], strict=False) if one[1] - one[0] > 0.05]
    starts, ends = [0.0, *(end for _, end in cuts)], [*(start for start, _ in cuts), duration]
    kept = tuple((start, end) for start, end in zip(starts, ends, strict=True) if end > start)
    quietest = draw(st.sampled_from([_first, _last, _middle]))
    talk = Talk(duration, kept, make_transcript(duration), quietest)
    places = st.one_of(st.sampled_from(["start", "middle", "end", "30%"]), st.floats(0, duration))
    ads = [{"file": "ad", "at": at} for at in draw(st.lists(places, max_size=4))]
    overlap = draw(st.one_of(st.none(), st.floats(0, 3)))
    music = {"file": "music", "overlap": overlap}
    elements: dict[str, Any] = {"ads": ads}
    for kind in draw(st.sets(st.sampled_from(["intro", "outro", "bumper"]))):
        elements[kind] = {"file": "bumper"} if kind == "bumper" else music
    return elements, talk, draw(st.floats(3, 60))


@given(programmes())
def test_no_sound_is_lost_doubled_or_covered(programme: tuple[Any, Talk, float]) -> None:
    elements, talk, length = programme
    laid = arrange(elements, talk, length)
    spans, played = laid.spans, laid.played
    # All that is kept of the recording is heard once, in order, at its own speed.
    assert sum(span.end - span.start for span in spans) == pytest.approx(talk.length, abs=1e-6)
    for span, later in pairwise(spans):
        assert later.start >= span.end - 1e-9
        assert later.heard_at >= span.heard_at + span.end - span.start - 2e-6
    # Other sound plays one after the other, and only music of an intro or outro over the talk.
    for first, second in pairwise(played):
        runs_between = any(first.start <= span.heard_at < second.end for span in spans)
        assert second.start >= first.end - 1e-6 or (runs_between and second.cue.insert.kind == "outro")
    for one in played:
        if one.cue.insert.kind in ("ad", "bumper"):
            assert not any(span.heard_at < one.end - 1e-6 and span.heard_at + span.end - span.start > one.start + 1e-6
                           for span in spans)  # fmt: skip
    assert laid.duration == pytest.approx(max(end for _, end, _ in show(laid)), abs=1e-5)
    alone = sum(one.end - one.start for one in played)
    assert laid.duration <= talk.length + alone + 0.5 * (2 * len(played) + 1) + 1e-5
    assert laid.duration >= talk.length - 1e-5


def gain_at(points: Any, at: float) -> float:
    if not points or at <= points[0].at:
        return float(points[0].gain) if points else 0.0
    for one, other in pairwise(points):
        if at <= other.at:
            return float(one.gain + (other.gain - one.gain) * (at - one.at) / (other.at - one.at))
    return float(points[-1].gain)


def make(elements: Any, **cue: Any) -> Cue:
    (insert,) = make_inserts(elements)
    return Cue(insert, 0.0, 30.0, **cue)


def test_music_is_down_while_somebody_speaks_and_up_in_a_long_pause() -> None:
    cue = make({"intro": {"file": "in", "overlap": 20}}, lead_out=20.0)
    points = envelopes.draw(cue, [(10.0, 14.0), (18.0, 40.0)], SETTINGS)
    assert gain_at(points, 9.6) == -3.0  # as loud as it was
    assert gain_at(points, 9.85) == pytest.approx(-10.5)  # on the way down before the first word
    assert {gain_at(points, at) for at in (10.0, 12.0, 14.0, 18.0, 27.9)} == {-18.0}
    assert gain_at(points, 16.0) == -3.0
    assert gain_at(points, 30.0) == -60.0
    assert gain_at(points, 29.0) == pytest.approx(-31.5, abs=0.05)  # half of a fade of two seconds


def test_an_outro_appears_under_the_last_words_and_rises_after_them() -> None:
    cue = make({"outro": {"file": "out", "fade": 1}}, lead_in=4.0)
    points = envelopes.draw(cue, [(3.0, 4.0)], SETTINGS)  # never up before them, only to go down again
    assert gain_at(points, 0.0) == -60.0
    assert gain_at(points, 1.0) == gain_at(points, 4.0) == -18.0
    assert gain_at(points, 4.8) == pytest.approx(gain_at(points, 30.0)) == -3.0
    assert [point.at for point in points] == sorted({point.at for point in points})


@pytest.mark.parametrize(
    ("elements", "cut", "expected"),
    [
        ({"ads": {"file": "ad", "at": 1}}, False, []),
        ({"ads": {"file": "ad", "at": 1, "volume": -2}}, False, [(0.0, -2.0)]),
        ({"ads": {"file": "ad", "at": 1}}, True, [(0.0, 0.0), (29.0, 0.0), (30.0, -60.0)]),
        ({"intro": {"file": "in", "fade": 0}}, True, [(0.0, -3.0)]),
    ],
)
def test_what_is_not_under_the_talk_keeps_its_level(elements: Any, cut: bool, expected: list[Any]) -> None:
    points = envelopes.draw(make(elements, cut_short=cut), [], SETTINGS)
    assert [(point.at, point.gain) for point in points] == expected
