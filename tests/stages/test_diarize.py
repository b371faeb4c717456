"""Who spoke when, from real recordings: found, counted, and told in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from speech_samples import demo, lines, prepared

from pipeline.adapters import pyannote, torchaudio_repair
from pipeline.config import DiarizeConfig
from pipeline.models import Turn, Turns
from pipeline.stages import diarize
from pipeline.store import Workspace, to_json


def test_the_stage_hands_on_sound_settings_and_the_number_of_speakers(
    work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def find(samples: npt.NDArray[np.float32], settings: DiarizeConfig, **options: Any) -> tuple[Turn, ...]:
        asked.update(options, length=len(samples), settings=settings)
        return (Turn(start=0, end=1, speaker="SPEAKER_00"),)

    monkeypatch.setattr(pyannote, "diarize", find)
    settings = DiarizeConfig(threshold=0.5)
    made = diarize.run(work, prepared(work, np.zeros(16_000, np.float32)), settings, 3)
    assert made == Turns((Turn(start=0, end=1, speaker="SPEAKER_00"),))
    assert (asked["length"], asked["settings"], asked["speakers"]) == (16_000, settings, 3)


def errors(turns: Turns, end: float) -> dict[str, float]:
    """Seconds of wrong speaker, of missed speech and of false alarm in the demo's first `end` seconds, per second spoken.

    No collar, overlap scored. The script's lines hold the pauses between sentences, so some speech is always missed.
    """
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    found, truth = Annotation(), Annotation()
    for at, turn in enumerate(turns.root):
        found[Segment(turn.start, turn.end), at] = turn.speaker
    for at, line in enumerate(lines()):
        truth[Segment(line["start"], line["end"]), at] = line["speaker"]
    parts = DiarizationErrorRate(collar=0.0, skip_overlap=False)(
        truth, found, uem=Timeline([Segment(0, end)]), detailed=True
    )
    return {name: parts[name] / parts["total"] for name in ("confusion", "missed detection", "false alarm")}


@pytest.mark.real
def test_two_real_voices_with_music_before_them_are_told_apart(work: Workspace) -> None:
    done: list[float] = []
    watched = Workspace(work.folder, progress=lambda now, total: done.append(now / total))
    audio = prepared(work, demo(0, 60))
    made = diarize.run(watched, audio, DiarizeConfig(), None)
    wrong = errors(made, 60)
    assert wrong["confusion"] < 0.01
    assert wrong["missed detection"] < 0.1
    assert wrong["false alarm"] < 0.01
    assert {turn.speaker for turn in made.root} == {"SPEAKER_00", "SPEAKER_01"}
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1)
    assert to_json(diarize.run(work, audio, DiarizeConfig(), 2)) == to_json(made), "the same when the number is known"


@pytest.mark.real
@pytest.mark.parametrize(
    ("begin", "end", "speakers", "found"),
    [(7.0, 7.6, None, 1), (7.0, 12.0, None, 1), (7.0, 24.5, 1, 1), (20.0, 31.0, 2, 2), (20.0, 24.0, 5, 1)],
    ids=["half a second", "one voice", "one voice, known", "two voices, short", "more asked for than there are"],
)
def test_short_recordings_work(work: Workspace, begin: float, end: float, speakers: int | None, found: int) -> None:
    made = diarize.run(work, prepared(work, demo(begin, end)), DiarizeConfig(), speakers)
    assert len({turn.speaker for turn in made.root}) == found


@pytest.mark.real
@pytest.mark.parametrize("seconds", [0.0, 0.01, 12.0])
def test_nobody_speaks_in_silence(work: Workspace, seconds: float) -> None:
    audio = prepared(work, np.zeros(int(seconds * 16_000), np.float32))
    assert diarize.run(work, audio, DiarizeConfig(), None) == Turns(())


@pytest.mark.real
def test_frames_are_brought_to_lengths_that_can_be_batched() -> None:
    torchaudio_repair.repair()
    from pipeline.adapters import diarization

    frames = {size: diarization.fit_frames(np.arange(size)) for size in (1, 50, 51, 399, 1000)}
    assert {size: len(fitted) for size, fitted in frames.items()} == {1: 50, 50: 50, 51: 100, 399: 400, 1000: 400}
    assert list(frames[51][49:53]) == [49, 50, 0, 1], "too few start over"
    assert (frames[1000][0], frames[1000][-1]) == (300, 699), "too many lose both ends"


@pytest.mark.real
def test_a_voice_is_taken_from_frames_of_its_own_where_there_are_enough() -> None:
    torchaudio_repair.repair()
    from pipeline.adapters import diarization

    active = np.zeros((100, 3), bool)
    active[:60, 0] = active[40:, 1] = True
    first, second = diarization.find_voices(4, active, 1000, 1000)
    assert (first.window, first.speaker, first.frames[0], first.frames[-1]) == (4, 0, 0, 399)
    assert (second.speaker, second.frames[0]) == (1, 600)
    active[:, 1] = active[:, 0]
    assert len(next(iter(diarization.find_voices(0, active, 1000, 1000))).frames) == 600, "never alone: all frames"
    assert [voice.frames.max() for voice in diarization.find_voices(0, active, 500, 1000)] == [499, 499]


@pytest.mark.real
def test_the_cluster_size_means_the_same_speech_at_every_step() -> None:
    torchaudio_repair.repair()
    from pipeline.adapters import diarization

    assert [diarization.scale_cluster_size(12, step) for step in (0.1, 0.25, 0.5, 1.0)] == [12, 5, 2, 1]
