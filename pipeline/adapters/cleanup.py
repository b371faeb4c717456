"""The presets: which ffmpeg filters clean a voice and even it out, none of which moves the sound in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Preset = Literal["off", "clean", "radio"]

#: LUFS that speech is brought to before filters whose thresholds are absolute.
REFERENCE = -23.0
_ENOUGH = 55.0  # LU that noise lies below speech where nobody hears it, and nothing is taken away
_LEAST = 3.0  # dB of noise reduction that are worth its price
_FLOORS = (-80.0, -20.0)  # dBFS that ffmpeg's afftdn takes for a noise floor
_DELAYS = 40  # afftdn answers a 40th of a second late (measured with ffmpeg 5.1 at 32, 44.1 and 48 kHz)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """`highpass` in Hz; `denoise` at most so many dB; `deess` is an intensity; `compress` a ratio. 0 leaves it out."""

    highpass: int = 0
    denoise: float = 0.0
    deess: float = 0.0
    compress: float = 0.0


_RECIPES: dict[Preset, _Recipe] = {
    "off": _Recipe(),
    "clean": _Recipe(highpass=60, denoise=10.0),
    "radio": _Recipe(highpass=80, denoise=14.0, deess=0.4, compress=2.5),
}


def cut_lows(preset: Preset) -> list[str]:
    """The filters that take out rumble, footsteps and breath on a microphone."""
    cutoff = _RECIPES[preset].highpass
    return [f"highpass=f={cutoff}"] if cutoff else []


def reduce_noise(preset: Preset, loudness: float | None, noise: float | None, gain: float, rate: int) -> list[str]:
    """The filters that take down steady `noise` (dBFS of white noise) under speech at `loudness` LUFS after `gain` dB.

    As much as would bring it where nobody hears it, up to the preset's most; nothing where it is there already, or
    where nobody could measure it. Spectral subtraction: ffmpeg's afftdn, whose delay is cut off again.
    """
    if loudness is None or noise is None:
        return []
    wanted = min(_RECIPES[preset].denoise, _ENOUGH - (loudness - noise))
    if wanted < _LEAST:
        return []
    floor = min(max(noise + gain, _FLOORS[0]), _FLOORS[1])
    delay = rate // _DELAYS
    return [
        f"apad=pad_len={delay}",
        f"afftdn=nr={wanted:.1f}:nf={floor:.1f}",
        f"atrim=start_sample={delay}",
        "asetpts=N",
    ]


def even_out(preset: Preset) -> list[str]:
    """The filters that soften sibilants and loud words of speech at REFERENCE, without making up for it.

    The compressor follows the mean power over some syllables, not single peaks, so that it does not pump.
    """
    recipe = _RECIPES[preset]
    chain = [f"deesser=i={recipe.deess}:m=0.5:f=0.5"] if recipe.deess else []
    if recipe.compress:
        chain.append(
            f"acompressor=threshold=-24dB:ratio={recipe.compress}:attack=15:release=250:knee=6:makeup=1:detection=rms"
        )
    return chain
