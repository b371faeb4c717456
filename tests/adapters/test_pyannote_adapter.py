"""Tracks become turns in order of speaking; a pipeline that cannot be had is an error with a remedy."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline import hardware
from pipeline.adapters import pyannote, torchaudio_repair
from pipeline.config import DiarizeConfig
from pipeline.errors import StageError

torchaudio_repair.repair()

from pipeline.adapters import diarization  # noqa: E402
from pipeline.adapters.batches import Power  # noqa: E402


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


class Cuda:
    """PyTorch's view of a GPU, and the size of the allocations it was asked to give back."""

    def __init__(self, works: bool) -> None:
        self.works, self.released = works, 0

    def is_available(self) -> bool:
        return self.works

    def empty_cache(self) -> None:
        self.released += 1


@pytest.mark.parametrize(
    ("wanted", "works", "device"),
    [
        ("auto", True, "cuda"),
        ("auto", False, "cpu"),
        ("cuda", True, "cuda"),
        ("cpu", True, "cpu"),
        ("cpu", False, "cpu"),
    ],
)
def test_the_networks_run_on_the_gpu_when_pytorch_can_use_it(
    monkeypatch: pytest.MonkeyPatch, wanted: str, works: bool, device: str
) -> None:
    monkeypatch.setattr(torch, "cuda", Cuda(works))
    assert pyannote.choose_device(wanted) == device


def test_a_gpu_that_was_asked_for_and_whose_driver_is_too_old_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "cuda", Cuda(works=False))
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(hardware, "gpus", lambda: (hardware.Gpu("Pretend 700", (11, 4)),))
    with pytest.raises(
        StageError, match=r"diarize\.device is cuda, and the driver of Pretend 700 runs CUDA 11\.4"
    ) as caught:
        pyannote.choose_device("cuda")
    assert "12.8" in caught.value.fix


def test_on_a_gpu_one_batch_goes_through_at_a_time_and_its_memory_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    powers: list[Power] = []

    def find(
        samples: object, settings: DiarizeConfig, power: Power, **options: object
    ) -> list[tuple[float, float, int]]:
        powers.append(power)
        raise StageError("broken", fix="none")

    cuda = Cuda(works=True)
    monkeypatch.setattr(torch, "cuda", cuda)
    monkeypatch.setattr(diarization, "find_tracks", find)
    with pytest.raises(StageError, match="broken"):
        pyannote.diarize(np.zeros(16_000, np.float32), DiarizeConfig())
    assert powers == [Power(torch.device("cuda"), 1)]
    assert cuda.released == 1, "also after an error"
