"""Make the demo recording: script.yaml in, recording.mp3 and truth.json out.

    python episodes/demo/make_recording.py

The voices are flite's, the music is computed here, and ffmpeg encodes the mix (Debian: `apt install
flite ffmpeg`). The same versions of the three make the same bytes. truth.json says who spoke what
and when, so that tests can score a transcript, its speakers and its chapters against it.
"""

import argparse
import datetime
import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveFloat
from ruamel.yaml import YAML

HERE = Path(__file__).parent
RATE = 44_100
# Well under the -16 LUFS of a finished podcast and uneven, so that mastering has work to do.
TARGET_LUFS = -23.0
BITRATE = "96k"
BREATH = 0.35  # seconds between the sentences of a line
# Before the whole is brought to TARGET_LUFS; only their ratio matters.
HOST_RMS = 0.1
MUSIC_RMS = 0.11

# Mono sound is (samples,), stereo is (samples, 2); full scale is 1.0.
Sound = NDArray[np.float64]
SpeakerId = Literal["host", "guest"]
CueName = Literal["intro", "bumper", "outro"]


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


def db(value: float) -> float:
    """Decibels as a factor."""
    return float(10 ** (value / 20))


def rms(sounds: Iterable[Sound]) -> float:
    """The level of several sounds taken together."""
    return float(np.sqrt(np.mean(np.concatenate(list(sounds)) ** 2)))


def pan(sound: Sound, position: float) -> Sound:
    """Equal power: as loud at the side as in the middle."""
    angle = (position + 1) * np.pi / 4
    return np.outer(sound, np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)]))


# --- music: plucked strings in a lilting 6/8, bells on top, in D ----------------------------------

EIGHTH = 0.19
BAR = 6 * EIGHTH
ACCENTS = (1.0, 0.55, 0.7, 0.85, 0.55, 0.65)
PICKING = (0, 1, 2, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Chord:
    """MIDI notes: one for the bass, four to pick, and the two bells of the bar."""

    bass: int
    strings: tuple[int, int, int, int]
    bells: tuple[int, int]


D = Chord(38, (57, 62, 64, 66), (81, 78))
B_MINOR = Chord(47, (59, 62, 66, 69), (78, 74))
G = Chord(43, (59, 62, 66, 71), (74, 79))
A = Chord(45, (57, 62, 64, 69), (76, 81))
HOME = Chord(38, (62, 66, 69, 74), (78, 86))


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of music: some bars, then the closing chord."""

    bars: tuple[Chord, ...]
    ring: float  # seconds that the closing chord is left to ring

    @property
    def seconds(self) -> float:
        """How long the cue plays."""
        return len(self.bars) * BAR + self.ring


CUES: dict[CueName, Cue] = {
    "intro": Cue((D, B_MINOR, G, A), ring=2.0),
    "bumper": Cue((G,), ring=1.8),
    "outro": Cue((G, A, G, A), ring=3.0),
}


def play(cue: Cue) -> Sound:
    """The cue as stereo sound, in a small room, its end faded out."""
    strings = np.zeros(round(cue.seconds * RATE))
    bells = np.zeros_like(strings)
    for number, chord in enumerate(cue.bars):
        start = number * BAR
        add(strings, start, 0.9 * pluck(chord.bass))
        for eighth, (string, accent) in enumerate(zip(PICKING, ACCENTS, strict=True)):
            add(strings, start + eighth * EIGHTH, accent * 0.6 * pluck(chord.strings[string]))
        for half, note in enumerate(chord.bells):
            add(bells, start + half * 3 * EIGHTH, 0.16 * bell(note))
    close = len(cue.bars) * BAR
    add(strings, close, pluck(HOME.bass))
    for order, note in enumerate(HOME.strings):
        add(strings, close + order * 0.03, 0.55 * pluck(note))
    for order, note in enumerate(HOME.bells):
        add(bells, close + 0.12 + order * 0.09, 0.14 * bell(note))

    sound = room(pan(strings, -0.15) + pan(bells, 0.3))
    fade = np.ones(len(sound))
    tail = round(0.6 * cue.ring * RATE)
    fade[-tail:] = np.cos(np.linspace(0, np.pi / 2, tail)) ** 2
    sound *= fade[:, np.newaxis]
    return sound * MUSIC_RMS / rms([sound])


def add(track: Sound, start: float, sound: Sound) -> None:
    """Mix a sound into the track, in place; what runs over the end is lost."""
    begin = round(start * RATE)
    end = min(begin + len(sound), len(track))
    track[begin:end] += sound[: end - begin]


def pluck(note: int, seconds: float = 3.0) -> Sound:
    """A string plucked a fifth of the way along: the higher a partial, the sooner it dies."""
    partials = [(k * (1 + 0.0002 * k * k), np.sin(np.pi * k / 5) / k**1.4, 1.1 + 0.8 * k) for k in range(1, 11)]
    return ring(note, seconds, attack=0.004, partials=partials)


def bell(note: int, seconds: float = 2.5) -> Sound:
    """A small bell: few partials, one of them out of tune, as in real ones."""
    return ring(note, seconds, attack=0.008, partials=[(1, 1.0, 2.2), (2, 0.35, 4.0), (4.07, 0.12, 9.0)])


def ring(note: int, seconds: float, attack: float, partials: Sequence[tuple[float, float, float]]) -> Sound:
    """A sum of dying sines, each (multiple of the pitch, amplitude, decay per second)."""
    t = np.arange(round(seconds * RATE)) / RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    tone = sum(
        (
            amplitude * np.exp(-decay * t) * np.sin(2 * np.pi * multiple * pitch * t)
            for multiple, amplitude, decay in partials
        ),
        start=np.zeros_like(t),
    )
    return tone * np.minimum(t / attack, 1)


def room(dry: Sound, seconds: float = 1.2, wet: float = 0.22) -> Sound:
    """A reverb: the sound convolved with dying noise, another noise for each ear."""
    length = round(seconds * RATE)
    decay = np.exp(-6 * np.arange(length) / length)
    noise = np.random.default_rng(1924).standard_normal((length, 2)) * decay[:, np.newaxis]
    # Smoothed over a few samples: a bare room hisses.
    noise = np.apply_along_axis(np.convolve, 0, noise, np.ones(12) / 12, "same")
    noise /= np.sqrt((noise**2).sum(axis=0))
    size = 1 << (len(dry) + length).bit_length()
    spectrum = np.fft.rfft(dry, size, axis=0) * np.fft.rfft(noise, size, axis=0)
    echo: Sound = np.fft.irfft(spectrum, size, axis=0)[: len(dry)]
    return dry + wet * echo


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
