"""Recordings of other kinds than a studio makes: how they are read, and that words are still heard in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from audio_samples import ffmpeg, make, source
from speech_samples import demo, lines, prepared

from pipeline.config import Glossary, TranscribeConfig, Vocabulary
from pipeline.models import PreparedAudio, Transcript
from pipeline.stages import prepare, transcribe
from pipeline.store import Workspace

Sound = npt.NDArray[np.float32]
TONE = "sine=f=440:d=3"


def read(work: Workspace, made: PreparedAudio) -> Sound:
    return np.frombuffer(work.path(made.pcm).read_bytes(), "<f4")


@pytest.mark.parametrize(
    ("name", "options", "seconds"),
    [
        ("a.wav", ["-ar", "192000", "-c:a", "pcm_s24le"], 3),
        ("a.wav", ["-ar", "8000", "-c:a", "pcm_mulaw"], 3),
        ("a.mp4", ["-c:a", "aac", "-output_ts_offset", "-1", "-avoid_negative_ts", "disabled"], 2),
        ("a.ts", ["-c:a", "mp2", "-output_ts_offset", "7"], 3),
        ("a.aac", ["-c:a", "aac"], 3),
    ],
    ids=["192 kHz, 24 bit", "a telephone's", "negative times: as a player has it", "times begin late", "no times"],
)
def test_all_that_a_player_plays_is_read_at_its_own_pace(
    work: Workspace, tmp_path: Path, name: str, options: list[str], seconds: float
) -> None:
    made = prepare.run(work, source(make(tmp_path / name, TONE, *options)))
    sound = read(work, made)
    assert made.duration == pytest.approx(seconds, abs=0.08)
    assert int(np.argmax(np.abs(np.fft.rfft(sound[8_000:24_000])))) == 440


def test_a_recording_without_length_in_its_header_is_read_to_its_end(work: Workspace, tmp_path: Path) -> None:
    whole = make(tmp_path / "a.wav", TONE)
    data = bytearray(whole.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"  # as when it was streamed
    whole.write_bytes(data)
    assert prepare.run(work, source(whole)).duration == pytest.approx(3, abs=0.05)


def over_the_telephone(sound: Sound) -> Sound:
    """300 to 3,400 Hz, 8 kHz, mu-law's 8 bits."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / 16_000)
    narrow = np.fft.irfft(np.where((hertz > 300) & (hertz < 3_400), spectrum, 0), len(sound))
    level = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    coarse = np.round(level * 127) / 127
    return (np.sign(coarse) * (256 ** np.abs(coarse) - 1) / 255).astype(np.float32)


def clipped(sound: Sound) -> Sound:
    """Recorded 14 dB too loud."""
    return np.clip(sound * 5 / np.abs(sound).max(), -1, 1).astype(np.float32)


def hear(work: Workspace, sound: Sound, language: str | None = None) -> Transcript:
    vocabulary = Vocabulary(glossary=Glossary())
    return transcribe.run(work, prepared(work, sound), vocabulary, TranscribeConfig(device="cpu"), language)[0]


def bare(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


@pytest.mark.real
@pytest.mark.parametrize("spoil", [over_the_telephone, clipped])
def test_words_are_heard_through_bad_sound(work: Workspace, spoil: Callable[[Sound], Sound]) -> None:
    made = hear(work, spoil(demo(7, 24)))
    said = [word for line in lines() if line["end"] < 24 for word in bare(line["text"])]
    got = bare(" ".join(segment.text for segment in made.segments))
    assert len(set(said) & set(got)) / len(set(said)) > 0.65


@pytest.mark.real
def test_a_wrong_language_is_told(work: Workspace) -> None:
    told: list[str] = []
    hear(Workspace(work.folder, notice=told.append), demo(7, 17), "de")
    assert told == ["the language is set to de, and the recording sounds like en"]


@pytest.mark.real
def test_over_music_and_hum_no_words_are_invented(work: Workspace) -> None:
    """Six seconds of music around each of two sentences: only these are written."""
    music = demo(0, 6)
    made = hear(work, np.concatenate([music, demo(7, 17), music]), "en")
    times = [(word.start, word.end) for word in made.words()]
    assert times
    assert all(start > 5.7 and end < 16.3 for start, end in times)


@pytest.mark.real
def test_each_part_of_a_mixed_recording_is_in_its_own_language(
    work: Workspace, shared_data: Path, tmp_path: Path
) -> None:
    """18 s of English, then 20 of German; heard as English alone, Whisper translates the second."""
    sound = ffmpeg("-i", str(shared_data / "speech/multilingual.mp3"), target=tmp_path / "a.wav")
    made = hear(work, read(work, prepare.run(work, source(sound)))[12 * 16_000 : 51 * 16_000])
    spoken = [(segment.start, segment.language or made.language) for segment in made.segments]
    assert {language for start, language in spoken if start < 18} == {"en"}
    assert {language for start, language in spoken if start > 18} == {"de"}
    assert any("Software" in segment.text for segment in made.segments if segment.start > 18)
