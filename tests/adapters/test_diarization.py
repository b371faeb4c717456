"""What goes into the networks, how their answers become tracks, and that hours of it stay small (with fake networks)."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
import torch

from pipeline.adapters import torchaudio_repair

torchaudio_repair.repair()

from pipeline.adapters import diarization  # noqa: E402
from pipeline.adapters.batches import Power  # noqa: E402
from pipeline.adapters.segmentation import FRAMES, WINDOW_SAMPLES  # noqa: E402
from pipeline.config import DiarizeConfig  # noqa: E402

CPU = Power(torch.device("cpu"))


def test_frames_are_brought_to_lengths_that_can_be_batched() -> None:
    frames = {size: diarization.fit_frames(np.arange(size)) for size in (1, 50, 51, 399, 1000)}
    assert {size: len(fitted) for size, fitted in frames.items()} == {1: 50, 50: 50, 51: 100, 399: 400, 1000: 400}
    assert list(frames[51][49:53]) == [49, 50, 0, 1], "too few start over"
    assert (frames[1000][0], frames[1000][-1]) == (300, 699), "too many lose both ends"


def test_a_voice_is_taken_from_frames_of_its_own_where_there_are_enough() -> None:
    active = np.zeros((FRAMES, 3), bool)
    active[: FRAMES * 6 // 10, 0] = active[FRAMES * 4 // 10 :, 1] = True
    first, second = diarization.find_voices(4, active, 1000)
    assert (first.window, first.speaker, first.frames.min(), first.frames.max()) == (4, 0, 0, 398)
    assert (second.speaker, second.frames.min()) == (1, pytest.approx(700, abs=110))
    active[:, 1] = active[:, 0]
    assert len(next(iter(diarization.find_voices(0, active, 1000))).frames) == 400, "never alone: all frames"
    assert [voice.frames.max() for voice in diarization.find_voices(0, active, 300)] == [299, 299]


def test_the_cluster_size_means_the_same_speech_at_every_step() -> None:
    assert [diarization.scale_cluster_size(12, step) for step in (0.1, 0.25, 0.5, 1.0)] == [12, 5, 2, 1]


class Networks:
    """Both networks as they would be for two voices, -1 and 1, that are told by the sample's sign."""

    def __init__(self) -> None:
        self.windows, self.pieces = 0, 0

    def to(self, device: torch.device) -> Networks:
        return self

    def find_activity(self, samples: npt.NDArray[np.float32], starts: Sequence[int]) -> npt.NDArray[np.bool_]:
        self.windows += len(starts)
        found = np.zeros((len(starts), FRAMES, 3), dtype=bool)
        for at, start in enumerate(starts):
            cut = np.zeros(WINDOW_SAMPLES, np.float32)
            heard = samples[start : start + WINDOW_SAMPLES]
            cut[: len(heard)] = heard
            sign = np.sign(cut[np.linspace(0, WINDOW_SAMPLES - 1, FRAMES).astype(int)])
            found[at, :, at % 2], found[at, :, 2] = sign < 0, sign > 0
        return found

    def features(self, waveform: torch.Tensor) -> torch.Tensor:
        count = max(1, (waveform.shape[1] - 400) // 160 + 1)
        return waveform[0, : count * 160 : 160, None].repeat(1, 80)

    def embed(self, pieces: Sequence[torch.Tensor]) -> npt.NDArray[np.float32]:
        self.pieces += len(pieces)
        chance = np.random.default_rng(len(pieces))
        vectors = np.zeros((len(pieces), 192), np.float32)
        vectors[np.arange(len(pieces)), [0 if piece.mean() < 0 else 1 for piece in pieces]] = 1
        return np.asarray(vectors + chance.normal(0, 0.01, vectors.shape), np.float32)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Networks:
    fake = Networks()
    monkeypatch.setattr(diarization, "Segmentation", lambda: fake)
    monkeypatch.setattr(diarization, "SpeakerEncoder", lambda: fake)
    return fake


def conversation(seconds: int, turn: int = 7) -> npt.NDArray[np.float32]:
    """Two voices that take turns of some seconds, with a second of digital silence after each."""
    at = np.arange(seconds * 16_000) // 16_000
    return np.where(at % turn == turn - 1, 0, np.where(at // turn % 2, 0.5, -0.5)).astype(np.float32)


def test_turns_of_two_voices_are_found_where_they_are(networks: Networks) -> None:
    told: list[float] = []
    tracks = diarization.find_tracks(
        conversation(60), DiarizeConfig(), CPU, progress=lambda done, total: told.append(done)
    )
    found = sorted((round(start), round(end), voice) for start, end, voice in tracks)
    assert [(start, end) for start, end, _ in found] == [(at, min(at + 6, 60)) for at in range(0, 60, 7)]
    assert [voice for *_, voice in found] == [at % 2 for at in range(9)]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(60)


def test_every_second_window_is_embedded_and_no_silence(networks: Networks) -> None:
    samples = conversation(200)
    samples[100 * 16_000 :] = 0
    diarization.find_tracks(samples, DiarizeConfig(), CPU)
    assert networks.windows == 40, "windows begin every 2.5 s, and those of nothing but zeros are not looked at"
    assert networks.pieces < 2.5 * 100 / 5


def test_minutes_of_talk_take_little_memory_beside_their_samples(networks: Networks) -> None:
    samples = conversation(300)
    tracemalloc.start()
    tracks = diarization.find_tracks(samples, DiarizeConfig(), CPU)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert len({voice for *_, voice in tracks}) == 2
    assert peak < 25


def test_one_voice_is_found_when_that_is_all_that_speaks(networks: Networks) -> None:
    tracks = diarization.find_tracks(np.full(16_000, 0.5, np.float32), DiarizeConfig(), CPU, speakers=4)
    assert [voice for *_, voice in tracks] == [0]
