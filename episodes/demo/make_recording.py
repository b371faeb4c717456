"""Make the demo recording: script.yaml in, recording.mp3 and truth.json out.

    python episodes/demo/make_recording.py

The voices are flite's, music.py computes the music, and ffmpeg encodes the mix (Debian: `apt install
flite ffmpeg`). The same versions of the three make the same bytes. truth.json says who spoke what
and when, so that tests can score a transcript, its speakers and its chapters against it.
"""

import argparse
import datetime
import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from music import CUES, CueName, play
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveFloat
from ruamel.yaml import YAML
from sound import RATE, Sound, db, pan, rms

HERE = Path(__file__).parent
# Well under the -16 LUFS of a finished podcast and uneven, so that mastering has work to do.
TARGET_LUFS = -23.0
BITRATE = "96k"
BREATH = 0.35  # seconds between the sentences of a line
# Before the whole is brought to TARGET_LUFS; only its ratio to the music matters.
HOST_RMS = 0.1

SpeakerId = Literal["host", "guest"]


# --- the script -----------------------------------------------------------------------------------


class Strict(BaseModel):
    """A part of the script: a misspelt key is an error, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Speaker(Strict):
    """A voice, and its place in the stereo picture."""

    name: str
    voice: str = Field(description="a voice of flite: `flite -lv` lists them")
    level_db: float = Field(description="relative to the host")
    pan: float = Field(ge=-1, le=1, description="-1 is left, 1 is right")


class Line(Strict):
    """What one speaker says in one go."""

    speaker: SpeakerId
    text: str
    pause: NonNegativeFloat = Field(default=0.45, description="seconds of quiet after the line")


class Topic(Strict):
    """A new subject begins with the next line."""

    topic: str


class Music(Strict):
    """One of the CUES."""

    music: CueName


class Silence(Strict):
    """Seconds in which nothing is heard."""

    silence: PositiveFloat


class Script(Strict):
    """The whole of script.yaml."""

    show: str
    title: str
    date: datetime.date
    speakers: dict[SpeakerId, Speaker]
    say: dict[str, str] = Field(description="word as written: respelling handed to flite")
    items: list[Line | Topic | Music | Silence]

    @property
    def lines(self) -> list[Line]:
        """The items that are spoken."""
        return [item for item in self.items if isinstance(item, Line)]

    def spoken(self, text: str) -> str:
        """The text as flite should read it."""
        return re.sub(r"\w+", lambda word: self.say.get(word[0], word[0]), text)


# --- speech ---------------------------------------------------------------------------------------


def say(text: str, voice: str, folder: Path) -> Sound:
    """One line, sentence by sentence: by itself flite hardly stops for breath between them."""
    breath = np.zeros(round(BREATH * RATE))
    parts: list[Sound] = []
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        parts += [breath, synthesize(sentence, voice, folder)]
    return np.concatenate(parts[1:])


def synthesize(sentence: str, voice: str, folder: Path) -> Sound:
    """One sentence in a voice of flite, at our sample rate."""
    wav = folder / "sentence.wav"
    subprocess.run(["flite", "-voice", voice, "-t", sentence, "-o", wav], check=True)
    decode = ["ffmpeg", "-v", "error", "-i", str(wav), "-ac", "1", "-ar", str(RATE)]
    pcm = subprocess.run([*decode, "-f", "f64le", "-"], check=True, capture_output=True).stdout
    return trim(np.frombuffer(pcm, dtype=np.float64))


def trim(sound: Sound, floor: float = 0.01, margin: float = 0.02) -> Sound:
    """Cut the quiet that flite puts around speech, so that a line's times are its words'."""
    loud = np.flatnonzero(np.abs(sound) > floor * np.abs(sound).max())
    edge = int(margin * RATE)
    return sound[max(loud[0] - edge, 0) : loud[-1] + edge]


def speak(script: Script) -> list[Sound]:
    """Every line of the script as stereo sound, levelled and placed.

    A voice is levelled as a whole: the rise and fall from line to line is left as it came.
    """
    with tempfile.TemporaryDirectory() as folder:
        dry = [
            say(script.spoken(line.text), script.speakers[line.speaker].voice, Path(folder)) for line in script.lines
        ]
    placed = []
    for line, sound in zip(script.lines, dry, strict=True):
        own = [s for other, s in zip(script.lines, dry, strict=True) if other.speaker == line.speaker]
        speaker = script.speakers[line.speaker]
        gain = db(speaker.level_db) * HOST_RMS / rms(own)
        placed.append(pan(sound * gain, speaker.pan))
    return placed


# --- the mix --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Mix:
    """What has been laid down so far, end to end, and the truth about it."""

    truth: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"lines": [], "topics": [], "music": []})
    sounds: list[Sound] = field(default_factory=list)
    samples: int = 0

    @property
    def now(self) -> float:
        """Seconds laid down so far."""
        return round(self.samples / RATE, 3)

    def append(self, sound: Sound) -> None:
        """Lay a sound at the end."""
        self.sounds.append(sound)
        self.samples += len(sound)

    def wait(self, seconds: float) -> None:
        """Lay silence at the end."""
        self.append(np.zeros((round(seconds * RATE), 2)))


def assemble(script: Script, spoken: Sequence[Sound]) -> Mix:
    """Lay the items of the script end to end; `spoken` holds the sound of each line."""
    result = Mix()
    voices = iter(spoken)
    for item in script.items:
        start = result.now
        match item:
            case Line():
                result.append(next(voices))
                name = script.speakers[item.speaker].name
                result.truth["lines"].append({"speaker": name, "start": start, "end": result.now, "text": item.text})
                result.wait(item.pause)
            case Topic():
                result.truth["topics"].append({"start": start, "title": item.topic})
            case Music():
                result.append(play(CUES[item.music]))
                result.truth["music"].append({"start": start, "end": result.now, "cue": item.music})
            case Silence():
                result.wait(item.silence)
    return result


def loudness(sound: Sound) -> float:
    """Integrated loudness in LUFS, as ffmpeg measures it."""
    meter = ["-af", "ebur128=framelog=verbose", "-f", "null", "-"]
    report = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostats", *raw_input(), *meter],
        input=sound.tobytes(),
        check=True,
        capture_output=True,
    ).stderr.decode()
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1])


def encode(sound: Sound, script: Script, target: Path) -> None:
    """Write a tagged MP3, free of ffmpeg's version so that another build can make the same bytes."""
    tags = {"title": script.title, "artist": script.show, "date": script.date.isoformat()}
    metadata = [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    encoder = [
        "-c:a",
        "libmp3lame",
        "-b:a",
        BITRATE,
        "-fflags",
        "+bitexact",
        "-flags:a",
        "+bitexact",
    ]
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            *raw_input(),
            "-map_metadata",
            "-1",
            *metadata,
            *encoder,
            target,
        ],
        input=sound.tobytes(),
        check=True,
    )


def raw_input() -> list[str]:
    """The arguments by which ffmpeg reads our samples from its standard input."""
    return ["-f", "f64le", "-ar", str(RATE), "-ac", "2", "-i", "-"]


def main() -> None:
    """Read the script, make the sound, write the recording and its truth."""
    parser = argparse.ArgumentParser(description="Make the demo recording from its script.")
    parser.add_argument("--script", type=Path, default=HERE / "script.yaml")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for recording.mp3 and truth.json")
    arguments = parser.parse_args()

    script = Script.model_validate(YAML(typ="safe").load(arguments.script))
    result = assemble(script, speak(script))
    sound = np.concatenate(result.sounds)
    sound *= db(TARGET_LUFS - loudness(sound))

    encode(sound, script, arguments.out / "recording.mp3")
    truth = {"title": script.title, "duration": result.now, **result.truth}
    (arguments.out / "truth.json").write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
