"""Tracks become turns in order of speaking; a pipeline that cannot be had is an error with a remedy."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adapters import pyannote
from pipeline.errors import StageError


def test_the_first_to_speak_is_speaker_00() -> None:
    tracks = [(5.0, 9.0, "x"), (1.0, 4.0, "y"), (8.0, 9.5, "y")]
    made = pyannote.order_turns(tracks, 60)
    assert [(turn.start, turn.speaker) for turn in made] == [
        (1.0, "SPEAKER_00"),
        (5.0, "SPEAKER_01"),
        (8.0, "SPEAKER_00"),
    ]


@given(
    st.lists(st.tuples(st.floats(-1, 20), st.floats(-1, 20), st.sampled_from("xyz"))),
    st.floats(0, 15),
)
def test_turns_lie_in_the_recording_in_order_and_last(tracks: list[tuple[float, float, str]], duration: float) -> None:
    made = pyannote.order_turns(tracks, duration)
    assert [turn.start for turn in made] == sorted(turn.start for turn in made)
    assert all(-1e-3 <= turn.start < turn.end <= duration + 1e-3 for turn in made)
    order = list(dict.fromkeys(turn.speaker for turn in made))
    assert order == [f"SPEAKER_{at:02d}" for at in range(len(order))]


def refuse(name: str, token: str | None) -> None:
    raise ConnectionError("no network")


@pytest.mark.parametrize(
    ("load", "what"),
    [(refuse, r"cannot be had \(ConnectionError\)"), (lambda name, token: None, "gated or does not exist")],
    ids=["no network", "no right"],
)
def test_a_hub_pipeline_that_cannot_be_had_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, load: object, what: str
) -> None:
    fake = SimpleNamespace(Pipeline=SimpleNamespace(from_pretrained=load))
    monkeypatch.setitem(sys.modules, "pyannote.audio", fake)
    with pytest.raises(StageError, match=f"diarize.model pyannote/some-pipeline.*{what}") as caught:
        pyannote._from_hub("pyannote/some-pipeline")
    assert "HF_TOKEN" in caught.value.fix
