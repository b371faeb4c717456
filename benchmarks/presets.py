"""What each preset does to made speech with hiss, hum and sharp sibilants; and whether it is still understood as well.

python -m benchmarks.presets [--words]
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
from scipy import signal

from pipeline.adapters import cleanup, noise_floor, speech, speech_chain
from pipeline.config import Glossary, MasterConfig, TranscribeConfig, Vocabulary
from pipeline.models import Blob, Levels, PreparedAudio, SourceFile, Turn
from pipeline.stages import prepare, transcribe
from pipeline.store import Workspace, digest_file

RATE = 44_100
Sound = npt.NDArray[np.float32]
_LINES = (
    ("slt", "She sells six silver ships on a misty Sussex shore, and some say the sea sings."),
    ("rms", "People often ask me how long it takes to build a clock like this one."),
    ("slt", "You cut the wheels, you file the teeth, and then you listen for a week."),
    ("rms", "My grandfather threw away eleven of them before he was satisfied with his success."),
    ("slt", "The harbour was quiet that morning, and the boats lay still."),
    ("rms", "I walked along the wall and counted the lamps that were still burning."),
)
_PAUSE = 1.2


def say(folder: Path) -> Sound:
    """The lines with pauses, at -23 dBFS, sibilants made sharp."""
    parts = [np.zeros(round(_PAUSE * RATE), np.float32)]
    for at, (voice, line) in enumerate(_LINES):
        wav = folder / f"{at}.wav"
        subprocess.run(["flite", "-voice", voice, "-t", line, "-o", wav], check=True)
        parts += [decode(["-i", str(wav)]), parts[0]]
    clean = np.concatenate(parts)
    bright = signal.sosfilt(signal.butter(2, 4500, "highpass", fs=RATE, output="sos"), clean)
    sharp = clean + 3.0 * bright
    level: Sound = (sharp * 10 ** (-23 / 20) / np.sqrt(np.mean(sharp**2))).astype(np.float32)
    return level


def decode(arguments: list[str]) -> Sound:
    """What ffmpeg makes of its arguments, as mono samples."""
    command = ["ffmpeg", "-v", "error", *arguments, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")


def treat(folder: Path, sound: Sound, preset: cleanup.Preset) -> tuple[Sound, Path]:
    """The sound after a preset, and the file that it is in."""
    path = folder / "recorded.wav"
    write(path, sound)
    recording = SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size)
    low = decode_low(path)
    spoken = tuple(Turn(start=one.start, end=one.end, speaker="A") for one in speech.find_speech(low))
    audio = PreparedAudio(
        pcm=Blob(name="-", sha256="0" * 64, size=0), sample_rate=16_000, duration=len(sound) / RATE, channels=1,
        source_rate=RATE, codec="pcm_f32le",
    )  # fmt: skip
    levels = Levels(loudness=cleanup.REFERENCE, noise=noise_floor.measure_noise(low, spoken))
    graph = speech_chain.build(recording, audio, levels, MasterConfig(preset=preset), RATE, 1, folder)
    made = decode([*graph.inputs, "-filter_complex", graph.filters, "-map", graph.output])
    target = folder / f"{preset}.wav"
    write(target, made)
    return made, target


def decode_low(path: Path) -> Sound:
    """The sound as `prepare` has it."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", "16000", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")


def write(path: Path, sound: Sound) -> None:
    """A float WAV."""
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "f32le",
        "-ar",
        str(RATE),
        "-i",
        "-",
        "-c:a",
        "pcm_f32le",
        str(path),
    ]
    subprocess.run(command, input=sound.astype("<f4").tobytes(), check=True)


def power(sound: Sound) -> float:
    """Mean power in dB."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-14))


def figures(made: Sound, speaks: npt.NDArray[np.bool_], sharp: npt.NDArray[np.bool_]) -> list[float]:
    """Speech over noise, hiss and hum in the pauses, sibilants by the rest of speech, loudness range: all in dB."""
    made = made[: len(speaks)]
    hum = signal.sosfilt(signal.butter(2, (40, 70), "bandpass", fs=RATE, output="sos"), made)[~speaks]
    hiss = signal.sosfilt(signal.butter(2, 1000, "highpass", fs=RATE, output="sos"), made)[~speaks]
    high = signal.sosfilt(signal.butter(4, (5000, 10_000), "bandpass", fs=RATE, output="sos"), made)
    voice = power(made[speaks])
    size = round(0.4 * RATE)
    frames = made[: len(made) // size * size].reshape(-1, size)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-14)
    loud = levels[levels > voice - 20]
    spread = float(np.percentile(loud, 95) - np.percentile(loud, 10))
    return [voice - power(made[~speaks]), power(hiss) - voice, power(hum) - voice, power(high[sharp]) - voice, spread]


def wrong_words(path: Path, folder: Path) -> float:
    """The share of words that Whisper gets wrong."""
    import jiwer

    work = Workspace(folder / f"build-{path.stem}")
    recording = SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size)
    heard, _ = transcribe.run(
        work, prepare.run(work, recording), Vocabulary(glossary=Glossary()), TranscribeConfig(), "en"
    )
    said, got = (" ".join(re.findall(r"[a-z']+", text.lower())) for text in (
        " ".join(line for _, line in _LINES), " ".join(word.text for word in heard.words())
    ))  # fmt: skip
    return float(jiwer.wer(said, got))


def main(words: bool) -> None:
    """Print a table for a good recording and for a bad one."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        voice = say(folder)
        speaks = np.abs(signal.fftconvolve(np.abs(voice), np.ones(4410) / 4410, "same")) > 1e-4
        high = signal.sosfilt(signal.butter(4, (5000, 10_000), "bandpass", fs=RATE, output="sos"), voice) ** 2
        smooth = signal.fftconvolve(high, np.ones(882) / 882, "same")
        sharp = smooth > np.percentile(smooth[speaks], 93)
        hum = np.sin(2 * np.pi * 50 * np.arange(len(voice)) / RATE) * 10 ** (-47 / 20)
        hiss = rng.standard_normal(len(voice))
        for title, noise in (("good", hiss * 10 ** (-85 / 20)), ("hiss and hum", hiss * 10 ** (-50 / 20) + hum)):
            print(f"{title}: speech over noise, hiss, hum, sibilants, range (dB){', wrong words' if words else ''}")
            for preset in get_args(cleanup.Preset):
                made, path = treat(folder, (voice + noise).astype(np.float32), preset)
                row = "  ".join(f"{one:6.1f}" for one in figures(made, speaks, sharp))
                print(f"  {preset:6} {row}{f'  {wrong_words(path, folder):.3f}' if words else ''}")


if __name__ == "__main__":
    main("--words" in sys.argv)
