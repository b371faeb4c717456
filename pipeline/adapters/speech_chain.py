"""All that happens to speech before it is mixed, as one ffmpeg graph in which no filter moves the sound in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import store
from pipeline.adapters import audio as recordings
from pipeline.adapters import cleanup, ffmpeg
from pipeline.config import MasterConfig
from pipeline.models import Levels, Point, PreparedAudio, PreparedTrack, Seconds, SourceFile
from pipeline.multitrack.clocks import Clock

_FINE = 100_000_000  # a nominal rate this high tells clocks apart to a hundredth of a part in a million
#: Values a second of a control signal: ffmpeg brings it to the sound's rate, true to 0.05 dB (measured).
_CONTROL_RATE = 500
_BLOCK = 60 * _CONTROL_RATE
_MARGIN: Seconds = 2.0  # that a control signal is longer than the sound, which ends with the shorter of the two


@dataclass(frozen=True, slots=True)
class SpeechGraph:
    """Arguments that open every input, a `-filter_complex` over them, and the label of its result.

    The result is float32 at the rate and with the channels that were asked for, on the recording's own timeline.
    """

    inputs: list[str]
    filters: str
    output: str


def build(
    source: SourceFile,
    audio: PreparedAudio,
    levels: Levels,
    settings: MasterConfig,
    rate: int,
    channels: int,
    scratch: Path,
) -> SpeechGraph:
    """The graph for a recording: folded, cleaned as the preset says, speakers at one level, tracks summed.

    Gains come from control signals, a value each 2 ms, which are written to the folder `scratch` and must stay there
    until ffmpeg is done. Raises StageError when they cannot be written.
    """
    stereo = audio.stereo and channels == 2
    if audio.tracks:
        files = source.files if source.others else (source,) * len(audio.tracks)
        chains, envelopes = _mix_tracks(audio.tracks, levels, settings, rate, stereo)
    else:
        files = (source,)
        chains, envelopes = _treat_whole(audio, levels, settings, rate, stereo)
    inputs = [option for file in files for option in ffmpeg.input_options(Path(file.path))]
    for number, envelope in enumerate(envelopes):
        control = scratch / f"control-{number}.f32"
        store.write_pieces_atomic(control, _sample(envelope, audio.duration + _MARGIN))
        inputs += ["-f", "f32le", "-ar", str(_CONTROL_RATE), "-ac", "1", "-i", f"file:{control}"]
    ending = cleanup.even_out(settings.preset) if levels.loudness is not None else []
    if channels == 2 and not stereo:
        ending.append("pan=stereo|c0=c0|c1=c0")
    chains.append(f"[level]{','.join([*ending, 'aformat=sample_fmts=flt'])}[speech]")
    return SpeechGraph(inputs, ";".join(chains), "[speech]")


def _treat_whole(
    audio: PreparedAudio, levels: Levels, settings: MasterConfig, rate: int, stereo: bool
) -> tuple[list[str], list[tuple[Point, ...]]]:
    """The chains that make `[level]` of a recording in one file, and the envelopes that they want as further inputs."""
    gain = _lift(levels)
    chain = recordings.to_stereo(audio.channels) if stereo else recordings.to_mono(audio.channels, audio.mix)
    chain += [f"aresample={rate}:async=1", "aformat=sample_fmts=fltp", *_amplify(gain)]
    chain += cleanup.cut_lows(settings.preset)
    chain += cleanup.reduce_noise(settings.preset, levels.loudness, levels.noise, gain, rate)
    if not levels.envelope:
        return [f"[0:a:0]{','.join(chain)}[level]"], []
    return _controlled("0:a:0", chain, 1, rate, stereo, "level"), [levels.envelope]


def _mix_tracks(
    tracks: Sequence[PreparedTrack], levels: Levels, settings: MasterConfig, rate: int, stereo: bool
) -> tuple[list[str], list[tuple[Point, ...]]]:
    """The same of a track for each person: each where it was recorded, at its gain, and all of them summed.

    Without gains it is their plain mean.
    """
    envelopes = list(levels.tracks) if any(levels.tracks) else []
    chains: list[str] = []
    for at, track in enumerate(tracks):
        chain = _place(track, rate, stereo)
        chain += cleanup.cut_lows(settings.preset)
        if envelopes:
            chains += _controlled(f"{at}:a:0", chain, len(tracks) + at, rate, stereo, f"t{at}")
        else:
            chains.append(f"[{at}:a:0]{','.join(chain)}[t{at}]")
    ends = "".join(f"[t{at}]" for at in range(len(tracks)))
    gain = _amplify(_lift(levels)) if envelopes else [f"volume={1 / len(tracks):.6f}:precision=float"]
    chains.append(f"{ends}{','.join([f'amix=inputs={len(tracks)}:normalize=0', *gain])}[level]")
    return chains, envelopes


def _place(track: PreparedTrack, rate: int, stereo: bool) -> list[str]:
    """The filters that bring a track to the mix's channels, rate, clock and start."""
    chain = recordings.to_stereo(track.channels) if track.stereo and stereo else _fold(track)
    chain += [f"aresample={rate}:async=1", "aformat=sample_fmts=fltp"]
    if stereo and not track.stereo:
        chain.append("pan=stereo|c0=c0|c1=c0")
    clock = Clock(track.start, track.drift)
    if clock.drift:
        # Resampled between two rates that stand to each other as the clocks do, whatever they are called.
        chain += [f"asetrate={round(_FINE * clock.rate)}", f"aresample={_FINE}", f"asetrate={rate}"]
    if delay := round(clock.start * rate):
        chain.append(f"adelay=delays={delay}S:all=1")
    return chain


def _fold(track: PreparedTrack) -> list[str]:
    return recordings.to_mono(track.channels, track.mix)


def _controlled(source: str, chain: list[str], control: int, rate: int, stereo: bool, end: str) -> list[str]:
    """Chains in which the sound of `source` is multiplied by input number `control`."""
    spread = ["pan=stereo|c0=c0|c1=c0"] if stereo else []
    follow = ",".join([f"aresample={rate}", *spread, "aformat=sample_fmts=fltp"])
    return [
        f"[{source}]{','.join([*chain, 'aformat=sample_fmts=fltp'])}[{end}s]",
        f"[{control}:a:0]{follow}[{end}c]",
        f"[{end}s][{end}c]amultiply[{end}]",
    ]


def _lift(levels: Levels) -> float:
    """The dB that bring levelled speech to where the filters' thresholds are; 0 where its loudness is not known."""
    return 0.0 if levels.loudness is None else cleanup.REFERENCE - levels.loudness


def _amplify(gain: float) -> list[str]:
    return [f"volume={gain:.4f}dB:precision=float"] if gain else []


def _sample(envelope: Sequence[Point], seconds: Seconds) -> Iterator[bytes]:
    """An envelope as factors, float32 bytes at the control rate."""
    import numpy as np

    times, gains = [point.at for point in envelope] or [0.0], [point.gain for point in envelope] or [0.0]
    length = round(seconds * _CONTROL_RATE)
    for begin in range(0, length, _BLOCK):
        at = np.arange(begin, min(begin + _BLOCK, length)) / _CONTROL_RATE
        yield (10 ** (np.interp(at, times, gains) / 20)).astype("<f4").tobytes()
