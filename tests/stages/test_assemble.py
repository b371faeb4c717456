"""Other sound in a recording, from the settings to the sound that listeners get."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest
from assembly_samples import make_chapters, make_inserts
from audio_samples import make, source

from pipeline.config import AssembleConfig, MasterConfig
from pipeline.models import (
    Corrections,
    Cut,
    Edits,
    Levels,
    MasteredAudio,
    Programme,
    Segment,
    SourceFiles,
    Transcript,
    Word,
)
from pipeline.stages import assemble, master, prepare, sounds
from pipeline.store import Workspace

RATE = 44_100
#: Noise with the colour of speech, two seconds on and one off, after a second of next to nothing.
TALK = "anoisesrc=c=pink:r=44100:a={a}:s=7:d=40,highpass=200,volume='if(gte(t,1)*lt(mod(t-1,3),2),1,0.001)':eval=frame"
MUSIC = "aevalsrc='{a}*(sin(220*2*PI*t)+sin(277*2*PI*t)+sin(330*2*PI*t))':s=44100:d={s}"


def said(duration: float = 40.0) -> Transcript:
    segments = tuple(
        Segment(id=at, start=begin, end=begin + 2, text="so", words=(Word(start=begin, end=begin + 2, text="so"),))
        for at, begin in enumerate(np.arange(1.0, duration - 1, 3.0).tolist())
    )
    return Transcript(language="en", duration=duration, model="m", segments=segments)


@dataclass(frozen=True)
class Episode:
    """A recording with other sound in it, as far as it is made."""

    programme: Programme
    mastered: MasteredAudio
    sound: npt.NDArray[np.float32]

    def level(self, start: float, end: float) -> float:
        """Loudness in LUFS between two listener's seconds."""
        part = self.sound[round(start * RATE) : round(end * RATE)].astype(np.float64)
        with np.errstate(divide="ignore"):
            return float(pyloudnorm.Meter(RATE).integrated_loudness(part))


def plan(work: Workspace, folder: Path, elements: Any, cuts: tuple[Cut, ...] = ()) -> tuple[Any, ...]:
    recording = source(make(folder / "talk.wav", TALK.format(a=0.3)))
    audio = prepare.run(work, recording)
    inserts = make_inserts(elements)
    files = SourceFiles(files=tuple(source(folder / name) for name in dict.fromkeys(one.sound.file for one in inserts)))
    edits = Edits(duration=audio.duration, cuts=cuts)
    programme = assemble.run(
        work, audio, edits, said(), Corrections(()), make_chapters(0.0, 22.0, duration=40.0),
        sounds.run(work, files, inserts), AssembleConfig(), inserts,
    )  # fmt: skip
    return recording, audio, files, programme


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Episode:
    folder = tmp_path_factory.mktemp("assembled")
    work = Workspace(folder / "build")
    make(folder / "in.wav", MUSIC.format(a=0.2, s=12))  # far louder than the talk
    make(folder / "out.wav", MUSIC.format(a=0.01, s=10))  # far quieter
    make(folder / "ad.wav", "anoisesrc=c=pink:r=44100:a=0.02:s=3:d=6,highpass=200")
    elements = {
        "intro": {"file": "in.wav", "overlap": 6},
        "outro": {"file": "out.wav", "overlap": 3},
        "ads": {"file": "ad.wav", "at": 20.5},
    }
    recording, audio, files, programme = plan(work, folder, elements)
    mastered = master.run(work, recording, audio, files, Levels(), programme, MasterConfig())
    raw = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", str(work.path(mastered.audio)), "-f", "f32le", "-ac", "1", "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    return Episode(programme, mastered, np.frombuffer(raw, "<f4"))


@pytest.mark.real
def test_music_under_the_talk_is_well_below_it(episode: Episode) -> None:
    intro = episode.programme.elements[0]
    talk = episode.programme.times.to_listener(1.0)
    assert talk == pytest.approx(6.0, abs=0.1)
    alone, pause = episode.level(1, 5), episode.level(talk + 2.3, talk + 2.8)  # too short a pause to rise in
    words = episode.level(20, 22)
    assert alone == pytest.approx(words - 3, abs=2)
    assert words - pause > 15
    assert intro.end - intro.begin == pytest.approx(12, abs=0.02)


@pytest.mark.real
def test_an_ad_is_as_loud_as_the_talk_and_not_on_top_of_it(episode: Episode) -> None:
    ad = next(one for one in episode.programme.elements if one.kind == "ad")
    length = ad.end - ad.begin
    # The loudness of the words alone, of which two seconds in three are spoken.
    begin = episode.programme.times.to_listener(25.0)
    words = [episode.level(begin + at, begin + at + 2) for at in (0, 3, 6)]
    assert episode.level(ad.start, ad.start + length) == pytest.approx(np.mean(words), abs=1.5)
    before, after = ad.start - 0.2, ad.start + length + 0.1
    assert episode.level(before - 0.4, before + 0.4) < -40 or episode.level(after, after + 0.5) < -40


@pytest.mark.real
def test_there_is_no_hole_and_no_clipping_where_music_meets_the_talk(episode: Episode) -> None:
    assert episode.mastered.after.true_peak is not None
    assert episode.mastered.after.true_peak <= -1.0
    talk, outro = episode.programme.times.to_listener(1.0), episode.programme.elements[-1]
    for start, end in ((0.1, talk + 4), (outro.start + 2, outro.start + outro.end - outro.begin - 0.1)):
        part = episode.sound[round(start * RATE) : round(end * RATE)]
        frames = part[: len(part) // 2205 * 2205].reshape(-1, 2205)
        assert np.sqrt((frames**2).mean(axis=1)).min() > 10 ** (-60 / 20)


@pytest.mark.real
def test_the_file_is_as_long_as_the_plan(episode: Episode) -> None:
    assert episode.mastered.duration == pytest.approx(episode.programme.duration, abs=0.06)
    assert len(episode.sound) / RATE == pytest.approx(episode.programme.duration, abs=0.06)
    assert episode.mastered.times == episode.programme.times


def test_a_plan_is_the_same_twice_and_knows_no_words(work: Workspace, tmp_path: Path) -> None:
    make(tmp_path / "ad.wav", MUSIC.format(a=0.1, s=3))
    elements = {"ads": [{"file": "ad.wav", "after_words": "so so"}, {"file": "ad.wav", "chapter": "Two"}]}
    cuts = (Cut(start=10.2, end=12.7, reason="chosen", text="secret"),)
    *_, programme = plan(work, tmp_path, elements, cuts)
    *_, again = plan(work, tmp_path, elements, cuts)
    assert programme == again
    assert "secret" not in programme.model_dump_json()
    assert [round(one.start) for one in programme.elements] == [7, 23]
    assert programme.duration == pytest.approx(40 - 2.5 + 2 * 3 + 4 * 0.3, abs=0.1)
    assert not programme.stereo


def test_a_stereo_element_makes_the_programme_stereo(work: Workspace, tmp_path: Path) -> None:
    make(tmp_path / "in.wav", "aevalsrc=0.1*sin(900*t)|0.1*sin(1700*t):s=44100:d=3")
    *_, programme = plan(work, tmp_path, {"intro": "in.wav"})
    assert programme.stereo


def test_without_elements_the_talk_is_the_programme(work: Workspace, tmp_path: Path) -> None:
    _, audio, _, programme = plan(work, tmp_path, None)
    assert [(one.start, one.end, one.heard_at) for one in programme.times.spans] == [(0.0, audio.duration, 0.0)]
    assert (programme.duration, programme.elements) == (audio.duration, ())
