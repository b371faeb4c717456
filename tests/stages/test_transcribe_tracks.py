"""Each person's track is heard on its own; together they are one transcript in which nothing stands twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audio_samples import master_whole
from speech_samples import demo, lines
from track_samples import RATE, Conversation, Sound, microphones, record, sources, write_wav

from pipeline import weights
from pipeline.adapters import whisper
from pipeline.adapters.speech import Stretch
from pipeline.adapters.whisper import Heard
from pipeline.config import AttributeConfig, DiarizeConfig, Glossary, TranscribeConfig, Vocabulary
from pipeline.models import Identities, PreparedAudio, PreparedTrack, Transcript, Word
from pipeline.stages import attribute, diarize, prepare, transcribe
from pipeline.store import Workspace
from pipeline.weights import Found

NO_NAMES = Vocabulary(glossary=Glossary())


def words(text: str, start: float) -> tuple[Word, ...]:
    return tuple(Word(start=start + at, end=start + at + 0.9, text=one) for at, one in enumerate(text.split()))


def given(work: Workspace, *levels: float, voiced: tuple[float, ...]) -> PreparedAudio:
    """Tracks of ten seconds, each of one level."""
    blobs = [work.keep_bytes(np.full(10 * RATE, one, "<f4").tobytes(), f"{at}.f32") for at, one in enumerate(levels)]
    tracks = [
        PreparedTrack(label=f"TRACK_0{at + 1}", pcm=blob, channels=1, voiced=seconds)
        for at, (blob, seconds) in enumerate(zip(blobs, voiced, strict=True))
    ]
    return PreparedAudio(
        pcm=blobs[0], sample_rate=RATE, duration=10, channels=1, source_rate=RATE, codec="x", tracks=tuple(tracks)
    )


@pytest.fixture
def recogniser(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[float, Heard]], list[tuple[float, Any]]]:
    """A recogniser that hears by a track's level, and the list of what it was asked."""
    asked: list[tuple[float, Any]] = []

    def put(heard: dict[float, Heard]) -> list[tuple[float, Any]]:
        class Fake:
            def __enter__(self) -> Fake:
                return self

            def __exit__(self, *error: object) -> None:
                pass

            def transcribe(self, samples: Sound, *, language: str | None, progress: Any, **options: Any) -> Heard:
                asked.append((round(float(samples[0]), 3), language))
                progress(10.0, 10.0)
                return heard[round(float(samples[0]), 3)]

        monkeypatch.setattr(whisper, "Recogniser", lambda model, **options: Fake())
        return asked

    monkeypatch.setattr(weights, "whisper", lambda name, **_: Found("base", Path("base"), "package", ""))
    return put


def run(work: Workspace, audio: PreparedAudio) -> Transcript:
    return transcribe.run(work, audio, NO_NAMES, TranscribeConfig(device="cpu"), None)[0]


def test_words_carry_their_tracks_label_and_what_was_overheard_goes(
    work: Workspace, recogniser: Callable[..., list[tuple[float, Any]]]
) -> None:
    everything = (Stretch(0, 10),)
    recogniser({
        0.5: Heard("en", words("How was the trip?", 0), everything),
        0.4: Heard("en", (*words("how was the", 0.1), *words("Long and cold.", 5)), everything),
    })  # fmt: skip
    made = run(work, given(work, 0.5, 0.4, voiced=(4, 3)))
    assert [(one.speaker, one.text) for one in made.segments] == [
        ("TRACK_01", "How was the trip?"),
        ("TRACK_02", "Long and cold."),
    ]


def test_the_one_who_talks_most_tells_the_language_of_all(
    work: Workspace, recogniser: Callable[..., list[tuple[float, Any]]]
) -> None:
    progress: list[tuple[float, float]] = []
    asked = recogniser({0.5: Heard("nl", (), ()), 0.4: Heard("nl", words("Ja hoor.", 1), (Stretch(0, 10),))})
    loud = Workspace(work.folder, progress=lambda done, total: progress.append((done, total)))
    assert run(loud, given(work, 0.5, 0.4, voiced=(1, 8))).language == "nl"
    assert asked == [(0.4, None), (0.5, "nl")]
    assert progress == [(10, 20), (20, 20)]


def test_names_go_by_track_and_a_silent_one_keeps_its_place(work: Workspace) -> None:
    from pipeline.models import Turns
    from pipeline.sentences import to_segments

    said = [word.model_copy(update={"speaker": "TRACK_03"}) for word in words("First words.", 0)]
    said += [word.model_copy(update={"speaker": "TRACK_01"}) for word in words("An answer.", 3)]
    heard = Transcript(language="en", duration=9, model="fake", segments=to_segments(said))
    made = attribute.run(work, heard, Turns(()), Identities(()), AttributeConfig(), ("Ann", "Bo", "Cy"), {"Cy": "Cyd"})
    assert [one.speaker for one in made.segments] == ["Cyd", "Ann"]


# -- with real models ----------------------------------------------------------------------------------


def interrupted() -> tuple[Conversation, list[tuple[str, str]]]:
    """Half a minute of the demo on a track for each of two, in which one begins before the other has ended."""
    chosen = [line for line in lines() if 19 < line["start"] < 57]
    people = list(dict.fromkeys(line["speaker"] for line in chosen))
    whole, time = demo(0, 60), 0.5
    voices = [np.zeros(45 * RATE, np.float32) for _ in people]
    turns = []
    for at, line in enumerate(chosen):
        piece = whole[round(line["start"] * RATE) : round(line["end"] * RATE)]
        person, begin = people.index(line["speaker"]), round(time * RATE)
        voices[person][begin : begin + len(piece)] += piece
        turns.append((time, time + len(piece) / RATE, person))
        time += len(piece) / RATE + (-0.7 if at == 1 else 0.3)
    return Conversation(tuple(voices), tuple(turns)), [(line["speaker"], line["text"]) for line in chosen]


@pytest.mark.real
def test_two_real_voices_that_bleed_over_are_written_down_once_each(work: Workspace, tmp_path: Path) -> None:
    import jiwer

    talk, said = interrupted()
    host, guest = microphones(talk, bleed=-18.0, delay=0.003)
    host_file = write_wav(tmp_path / "host.wav", host)
    files = sources(host_file, write_wav(tmp_path / "guest.wav", record(guest, 1.7, 40.0)))
    audio = prepare.run(work, files)
    heard, _ = transcribe.run(work, audio, NO_NAMES, TranscribeConfig(device="cpu"), "en")
    turns = diarize.run(work, audio, DiarizeConfig(), None)
    people = tuple(dict.fromkeys(person for person, _ in said))
    made = attribute.run(work, heard, turns, Identities(()), AttributeConfig(), people, {})

    plain = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])
    for person in people:
        truth = " ".join(text for speaker, text in said if speaker == person)
        found = " ".join(segment.text for segment in made.segments if segment.speaker == person)
        error = jiwer.wer(truth, found, reference_transform=plain, hypothesis_transform=plain)
        assert error < 0.25, (person, found)
    assert audio.tracks[1].start == pytest.approx(1.7, abs=0.003)
    assert {turn.speaker for turn in turns.root} == {"TRACK_01", "TRACK_02"}
    mastered = master_whole(work, files, audio)
    assert mastered.duration == pytest.approx(audio.duration, abs=0.1)
    assert (mastered.channels, mastered.after.integrated) == (1, pytest.approx(-19, abs=0.5))
