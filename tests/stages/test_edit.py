"""The edit stage on sound whose every second is known."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import sentences
from pipeline.config import EditConfig, Place
from pipeline.errors import ConfigError
from pipeline.models import Corrections, Edits, PreparedAudio, Transcript, Word
from pipeline.stages import edit
from pipeline.store import Workspace

RATE = 16_000
# Word, its beginning, its end. Between them is room noise, but for a chord at 11 to 14.
SAID = [
    ("So", 4.0, 4.4), ("the", 4.45, 4.7), ("um,", 5.0, 5.4), ("tide", 5.7, 6.2), ("turns.", 6.25, 6.8),
    ("Let", 7.3, 7.6), ("me", 7.65, 7.8), ("start", 7.85, 8.3), ("again.", 8.35, 9.0),
    ("The", 10.0, 10.3), ("tide", 10.35, 10.8), ("turns", 14.5, 15.0), ("twice.", 15.05, 15.6), ("Yes.", 20.6, 21.0),
]  # fmt: skip
DURATION = 26.0


@pytest.fixture
def told(tmp_path) -> list[str]:
    return []


@pytest.fixture
def work(tmp_path, told) -> Workspace:
    return Workspace(tmp_path / "build", notice=told.append)


@pytest.fixture
def audio(work) -> PreparedAudio:
    random = np.random.default_rng(1)
    samples = random.standard_normal(round(DURATION * RATE)) * 0.0003
    for _, start, end in SAID:
        samples[round(start * RATE) : round(end * RATE)] += random.standard_normal(round((end - start) * RATE)) * 0.1
    time = np.arange(3 * RATE) / RATE
    samples[11 * RATE : 14 * RATE] += 0.003 * np.sin(2 * np.pi * 330 * time)
    blob = work.keep_bytes(samples.astype("<f4").tobytes(), "audio.f32")
    return PreparedAudio(pcm=blob, sample_rate=RATE, duration=DURATION, channels=1, source_rate=RATE, codec="x")


def transcript(words=tuple(SAID), language="en") -> Transcript:
    said = [Word(start=start, end=end, text=text, speaker="Ada") for text, start, end in words]
    return Transcript(language=language, duration=DURATION, model="m", segments=sentences.to_segments(said))


def run(work, audio, *cuts, keep=(), said=None, **settings) -> Edits:
    return edit.run(
        work, audio, said or transcript(), Corrections(()), EditConfig(**settings),
        tuple(map(Place.model_validate, cuts)), tuple(map(Place.model_validate, keep)),
    )  # fmt: skip


def near(edits: Edits) -> list[tuple[float, float, str]]:
    return [(round(cut.start, 1), round(cut.end, 1), cut.reason) for cut in edits.cuts]


def test_nothing_is_cut_unless_somebody_wants_it(work, audio, told):
    assert run(work, audio) == Edits(duration=DURATION)
    assert told == []


@pytest.mark.parametrize(
    ("settings", "cuts"),
    [
        ({"trim": True}, [(0.0, 3.7, "head"), (22.0, 26.0, "tail")]),
        ({"trim": True, "head": 1, "tail": 4.95}, [(0.0, 3.0, "head")]),
        ({"pauses_over": 2.0, "pauses_to": 1.0}, [(16.1, 20.1, "pause")]),  # the chord is none
        ({"pauses_over": 6.0}, []),
        ({"fillers": "hesitations"}, [(4.9, 5.6, "filler")]),
    ],
)
def test_what_the_settings_want_is_cut_and_no_sound(work, audio, settings, cuts):
    found = near(run(work, audio, **settings))
    assert [(reason, pytest.approx((start, end), abs=0.11)) for start, end, reason in found] == [
        (reason, (start, end)) for start, end, reason in cuts
    ]


def test_long_silence_at_the_ends_is_told_where_it_stays(work, audio, told, monkeypatch):
    monkeypatch.setattr(edit, "_WORTH_TELLING", {"head": 3.5, "tail": 4.5})
    assert run(work, audio).cuts == ()
    assert [text[:39] for text in told] == [
        "4.0 s of silence at the beginning are l",
        "5.0 s of silence at the end are left in",
    ]


def test_named_places_go_whole_with_their_words_and_are_told(work, audio, told):
    edits = run(work, audio, "let me start again", {"from": 14.7, "to": "end"})
    first, second = edits.cuts
    assert (first.text, second.text) == ("Let me start again.", "turns twice. Yes.")
    assert first.start == pytest.approx(6.85, abs=0.05)  # the longer pause, after the words, stays
    assert first.end == pytest.approx(9.05, abs=0.05)
    assert (second.start, second.end) == (pytest.approx(14.5, abs=0.05), DURATION)
    assert told == ["cut 13.7 s in 2 places: 2 places that you named (13.7 s); 0:12 is left"]


@pytest.mark.parametrize(
    ("keep", "cuts"),
    [
        ([], 2),
        ([{"words": "um"}], 1),
        ([{"from": 17, "to": 18}], 1),
        ([{"words": "tide"}], 2),
        ([{"words": "um"}, "16-18"], 0),
    ],
)
def test_what_a_person_keeps_is_not_cut_by_itself(work, audio, keep, cuts):
    edits = run(work, audio, keep=keep, fillers="all", pauses_over=2.0)
    assert len(edits.cuts) == cuts
    assert len(run(work, audio, "0-1", keep=["0-3"]).cuts) == 1  # what they named themselves is


def test_a_kept_word_that_nobody_says_is_told(work, audio, told):
    run(work, audio, keep=[{"words": "zebra"}])
    assert told == ["overrides.yaml keep[0]: nobody says 'zebra'"]


def test_a_corrected_name_changes_no_cut(work, audio):
    renamed = transcript([("Tidal" if text == "tide" else text, start, end) for text, start, end in SAID])
    settings = {"trim": True, "pauses_over": 2.0, "fillers": "all"}
    once = run(work, audio, "let me start again", **settings)
    assert run(work, audio, "let me start again", said=renamed, **settings) == once
    assert run(work, audio, "let me start again", **settings).model_dump_json() == once.model_dump_json()


def test_without_a_word_nothing_is_cut_by_itself(work, audio):
    settings = {"trim": True, "pauses_over": 1.0, "fillers": "all"}
    assert run(work, audio, said=transcript(()), **settings).cuts == ()
    (cut,) = run(work, audio, "0-2", said=transcript(()), **settings).cuts
    assert (cut.start, cut.end, cut.reason) == (0.0, pytest.approx(2.0, abs=0.05), "chosen")


@pytest.mark.parametrize("cuts", [["0-end"], ["0-15", "10-end"], ["0-25.8", "25.9-end"]])
def test_cuts_that_leave_nothing_are_an_error(work, audio, cuts):
    with pytest.raises(ConfigError, match=r"episode.yaml cuts: they leave 0\.\d s of a recording of 0:26"):
        run(work, audio, *cuts)


def test_a_language_without_known_fillers_is_told(work, audio, told):
    assert run(work, audio, said=transcript(language="fi"), fillers="all").cuts == ()
    assert told[0].startswith("no filler words are known for the language 'fi', only for da, de, en")
