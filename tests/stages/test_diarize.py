"""Who spoke when, from real recordings: found, counted, and told in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from speech_samples import demo, lines, prepared

from pipeline.adapters import pyannote, speech
from pipeline.adapters.speech import Stretch
from pipeline.config import DiarizeConfig
from pipeline.models import PreparedTrack, Turn, Turns
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


def test_tracks_need_no_model_of_speakers(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = np.zeros(16_000, np.float32)
    audio = prepared(work, sound)
    names = ("TRACK_01", "TRACK_02", "TRACK_03")
    own = [work.keep_bytes((sound + at).astype("<f4").tobytes(), f"track-{at}.f32") for at in range(len(names))]
    tracks = tuple(PreparedTrack(label=label, pcm=pcm, channels=1) for label, pcm in zip(names, own, strict=True))
    found = {0.0: (Stretch(0.5, 0.75),), 1.0: (Stretch(0.1, 0.2), Stretch(0.5, 0.625)), 2.0: ()}
    monkeypatch.setattr(speech, "find_speech", lambda samples: found[float(samples[0])])
    made = diarize.run(work, audio.model_copy(update={"tracks": tracks}), DiarizeConfig(), 3)
    assert made == Turns(
        (
            Turn(start=0.1, end=0.2, speaker="TRACK_02"),
            Turn(start=0.5, end=0.75, speaker="TRACK_01"),
            Turn(start=0.5, end=0.625, speaker="TRACK_02"),
        )
    )


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
    assert wrong["confusion"] < 0.02
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


@pytest.mark.parametrize(
    ("found", "speakers", "fewest", "told"),
    [
        (2, 2, None, []),
        (3, None, None, []),
        (2, 5, None, ["episode.yaml says 5 speakers, and only 2 voices are told apart"]),
        (1, None, 2, ["diarize.min_speakers is 2, and only one voice is told apart"]),
        (0, 2, None, []),
    ],
    ids=["as many as said", "nothing said", "fewer than said", "fewer than the bound", "nobody speaks at all"],
)
def test_fewer_voices_than_were_said_are_told(
    work: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    found: int,
    speakers: int | None,
    fewest: int | None,
    told: list[str],
) -> None:
    turns = tuple(Turn(start=at, end=at + 1, speaker=f"SPEAKER_{at:02d}") for at in range(found))
    monkeypatch.setattr(pyannote, "diarize", lambda *given, **options: turns)
    heard: list[str] = []
    watched = Workspace(work.folder, notice=heard.append)
    diarize.run(watched, prepared(work, np.zeros(16_000, np.float32)), DiarizeConfig(min_speakers=fewest), speakers)
    assert heard == told
