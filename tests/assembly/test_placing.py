"""Where elements go into the talk."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest
from assembly_samples import make_chapters, make_inserts, make_talk

from pipeline.assembly.cues import make_cue
from pipeline.assembly.placing import Break, place
from pipeline.config import AssembleConfig
from pipeline.errors import ConfigError
from pipeline.models import SoundFile

SETTINGS = AssembleConfig()
CHAPTERS = make_chapters(0.0, 31.0, 71.0)


def place_all(elements: Any, *, kept: Any = None, told: list[str] | None = None, length: float = 8.0) -> list[Break]:
    talk = make_talk(kept=kept)
    notice = (told if told is not None else []).append
    file = SoundFile(duration=length, begin=0.0, end=length)
    cues = [make_cue(one, file, talk.length, notice) for one in make_inserts(elements)]
    return place(cues, talk, CHAPTERS, SETTINGS, notice)


def ad(**where: Any) -> dict[str, Any]:
    return {"ads": [{"file": "ad.mp3", **where}]}


@pytest.mark.parametrize(
    ("where", "at"),
    [
        ({"at": 20.2}, 20.0),  # sentences end at 19 and begin at 21
        ({"at": 18.0}, 20.0),
        ({"at": 24.9}, 20.0),  # the pause from 19 to 21 is nearer than the one from 29 on
        ({"at": 25.1}, 30.0),
        ({"at": 0}, -inf),
        ({"at": 0.9}, -inf),
        ({"at": 100}, inf),
        ({"at": "start"}, -inf),
        ({"at": "end"}, inf),
        ({"at": "33%"}, 30.0),  # a chapter begins near
        ({"at": "middle"}, 50.0),  # none does
        ({"chapter": 1}, -inf),
        ({"chapter": 2}, 30.0),
        ({"chapter": "three"}, 70.0),
        ({"after_words": "So the TIDE, comes"}, 5.0),  # right after the word, in the midst of a sentence
        ({"after_words": "day so the"}, 13.0),
    ],
)
def test_an_ad_goes_into_the_pause_where_it_is_wanted(where: dict[str, Any], at: float) -> None:
    assert [one.at for one in place_all(ad(**where))] == [at]


@pytest.mark.parametrize(
    ("where", "what", "fix"),
    [
        ({"at": "1:41"}, "show.yaml elements.ads[0].at: 1:41 is after the end of the recording (1:40)", "or `end`"),
        ({"chapter": 4}, "show.yaml elements.ads[0].chapter: there is no chapter 4, the episode has 3", "at: middle"),
        ({"chapter": "Too"}, "show.yaml elements.ads[0].chapter: there is no chapter 'Too'", "did you mean 'Two'?"),
        ({"after_words": "no tide"}, "show.yaml elements.ads[0].after_words: nobody says 'no tide'", "at: 12:34"),
    ],
)
def test_an_ad_that_has_no_place_is_an_error_with_its_key(where: dict[str, Any], what: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        place_all(ad(**where))
    assert caught.value.what == what
    assert fix in caught.value.fix


@pytest.mark.parametrize("where", [{"chapter": "Seven"}, {"chapter": 7}, {"after_words": "nothing"}])
def test_at_counts_where_there_is_no_such_chapter_or_word_and_that_is_told(where: dict[str, Any]) -> None:
    told: list[str] = []
    assert [one.at for one in place_all(ad(**where, at="1:00"), told=told)] == [60.0]
    assert len(told) == 1
    assert told[0].endswith("it goes where `at` says (1:00)")


def test_what_plays_at_one_place_has_an_order() -> None:
    def names(one: Break) -> list[str]:
        return [cue.insert.sound.file for cue in one.cues]

    elements = {
        "intro": "in", "outro": "out", "bumper": "bump",
        "ads": [{"file": "a", "at": "end"}, {"file": "b", "at": "start"}, {"file": "c", "chapter": 2},
                {"file": "d", "at": 29.5}, {"file": "e", "chapter": 1}],
    }  # fmt: skip
    assert [(one.at, names(one)) for one in place_all(elements)] == [
        (-inf, ["b", "e", "in"]),
        (30.0, ["c", "d", "bump"]),
        (70.0, ["bump"]),
        (inf, ["out", "a"]),
    ]


def test_an_intro_after_a_cold_open_needs_no_bumper() -> None:
    found = place_all({"intro": {"file": "in", "at": "0:31"}, "bumper": "bump"})
    assert [(one.at, [cue.insert.kind for cue in one.cues]) for one in found] == [(30.0, ["intro"]), (70.0, ["bumper"])]


def test_nothing_goes_into_what_was_cut() -> None:
    kept = ((0.0, 15.0), (45.0, 100.0))
    assert [one.at for one in place_all(ad(at=30), kept=kept)] == [30.0]  # the join, wherever in the cut
    assert [one.at for one in place_all(ad(at=30), kept=((29.5, 100.0),))] == [-inf]


@pytest.mark.parametrize(
    ("speech", "settings", "overlaps"),
    [
        (None, {}, 4.0),
        ((0.0, 18.0), {}, 2.0),  # of 20 seconds the last two have no words
        ((0.0, 19.8), {}, 0.0),
        (None, {"overlap": 12}, 12.0),
        ((0.0, 20.0), {"overlap": 5}, 5.0),
        (None, {"length": 8}, 2.0),
        (None, {"overlap": 0}, 0.0),
    ],
)
def test_nobody_speaks_over_the_words_of_an_intro(
    speech: tuple[float, float] | None, settings: dict[str, Any], overlaps: float
) -> None:
    (insert,) = make_inserts({"intro": {"file": "in", **settings}})
    file = SoundFile(duration=20.0, begin=0.0, end=20.0, speech=speech)
    assert make_cue(insert, file, 100.0, print).lead_out == overlaps


def test_more_overlap_than_music_is_an_error_and_more_music_than_talk_is_told() -> None:
    (insert,) = make_inserts({"outro": {"file": "out.mp3", "overlap": 30}})
    with pytest.raises(ConfigError, match=r"elements\.outro\.overlap: is 30 s, and out\.mp3 plays for only 20\.0 s"):
        make_cue(insert, SoundFile(duration=20.0, begin=0.0, end=20.0), 100.0, print)
    told: list[str] = []
    place_all({"intro": "in.mp3"}, told=told, length=200.0)
    assert told == ["show.yaml elements.intro: in.mp3 plays for 3:20, longer than the talk (1:40); "
                    "`length` plays only so many seconds of it"]  # fmt: skip
