"""How loud each speaker is in the finished audio, measured in what listeners get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.adapters import audio, ffmpeg, kweighting, pcm, speaker_levels
from pipeline.adapters.speaker_levels import Voice
from pipeline.errors import InputError
from pipeline.models import TimeMap, Turn


def measure_speakers(path: Path, channels: int, turns: Sequence[Turn], times: TimeMap, scratch: Path) -> list[Voice]:
    """Each speaker's loudness in the file at `path` over what they say alone, in LUFS as one loudspeaker plays it.

    `turns` are the recording's, `times` say where listeners hear them; what was cut is left out. The sound is decoded
    to `scratch`. Raises InputError when the file does not decode.
    """
    chain = [*audio.to_mono(channels, "both"), f"aresample={kweighting.RATE}"]
    report = ffmpeg.run(
        [*ffmpeg.input_options(path), "-map", "0:a:0", "-af", ",".join(chain), "-f", "f32le", str(scratch)]
    )
    if report.status != 0:
        raise InputError(f"{path}: does not decode", fix="run the episode again with --from master")
    power = kweighting.measure_power(pcm.StoredSamples(scratch))
    return speaker_levels.measure_voices(power, retime(turns, times))


def retime(turns: Sequence[Turn], times: TimeMap) -> tuple[Turn, ...]:
    """The turns as listeners hear them, in order, without those that were cut."""
    heard = (
        Turn(start=times.to_listener(turn.start), end=times.to_listener(turn.end), speaker=turn.speaker)
        for turn in turns
    )
    return tuple(sorted((turn for turn in heard if turn.end > turn.start), key=lambda turn: (turn.start, turn.speaker)))
