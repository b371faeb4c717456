"""The tracks of a recording summed on one timeline in full quality, in one streaming pass of ffmpeg."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.adapters import audio, ffmpeg
from pipeline.adapters.audio import Mix
from pipeline.errors import StageError
from pipeline.multitrack.clocks import Clock

_FINE = 100_000_000  # a nominal rate this high tells clocks apart to a hundredth of a part in a million


@dataclass(frozen=True, slots=True)
class Placed:
    """A track's file, how it becomes mono or stereo, and where it lies on the timeline."""

    path: Path
    channels: int
    mix: Mix
    stereo: bool
    clock: Clock


def mix_down(
    tracks: Sequence[Placed], rate: int, stereo: bool, target: Path, progress: Callable[[float], None]
) -> None:
    """Write the mean of all tracks, which cannot clip, as 24-bit FLAC. Raises StageError when it fails."""
    inputs = [option for track in tracks for option in ffmpeg.input_options(track.path)]
    chains = [f"[{at}:a:0]{','.join(_chain(track, rate, stereo))}[t{at}]" for at, track in enumerate(tracks)]
    ends = "".join(f"[t{at}]" for at in range(len(tracks)))
    total = f"{ends}amix=inputs={len(tracks)}:normalize=0,volume={1 / len(tracks):.6f}:precision=float[mix]"
    graph = ["-filter_complex", ";".join([*chains, total]), "-map", "[mix]"]
    output = ["-map_metadata", "-1", "-c:a", "flac", "-sample_fmt", "s32", "-bitexact", "-f", "flac", str(target)]
    report = ffmpeg.run([*inputs, *graph, *output], progress)
    if report.status != 0:
        why = report.errors[0] if report.errors else f"ffmpeg ended with status {report.status}"
        names = ", ".join(track.path.name for track in tracks)
        raise StageError(f"{names}: could not be mixed ({why})", fix="run `showrunner doctor`, then run with --force")


def _chain(track: Placed, rate: int, stereo: bool) -> list[str]:
    """The filters that bring a track to the mix's channels, rate, clock and start."""
    chain = audio.to_stereo(track.channels) if track.stereo else audio.to_mono(track.channels, track.mix)
    chain += [f"aresample={rate}:async=1", "aformat=sample_fmts=flt"]
    if stereo and not track.stereo:
        chain.append("pan=stereo|c0=c0|c1=c0")
    if track.clock.drift:
        # Resampled between two rates that stand to each other as the clocks do, whatever they are called.
        chain += [f"asetrate={round(_FINE * track.clock.rate)}", f"aresample={_FINE}", f"asetrate={rate}"]
    if delay := round(track.clock.start * rate):
        chain.append(f"adelay=delays={delay}S:all=1")
    return chain
