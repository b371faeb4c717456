"""whisper-ctranslate2's command line with word times and int8, otherwise as it comes.

The first argument is `sequential`, its default, or `batched`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from pathlib import Path

import faster_whisper  # noqa: F401  before the seconds are counted
from whisper_ctranslate2.whisper_ctranslate2 import main as command

from benchmarks.speech.systems import result
from pipeline import weights


def main() -> None:
    """Transcribe each file."""
    batched = sys.argv.pop(1) == "batched"
    result.run(partial(find_words, batched=batched))


def find_words(audio: str, watch: result.Stopwatch, *, batched: bool) -> result.Found:
    """The segments and words of the JSON that it writes."""
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "model_directory": weights.whisper("base", cuda=False, fallback=False).path,
            "device": "cpu",
            "compute_type": "int8",
            "threads": result.CORES,
            "word_timestamps": True,
            "batched": batched,
            "output_format": "json",
            "output_dir": folder,
            "verbose": False,
        }
        given, sys.argv = sys.argv, ["whisper-ctranslate2", audio]
        sys.argv += [part for key, value in options.items() for part in (f"--{key}", str(value))]
        with watch.part("transcribe"):
            command()
        sys.argv = given
        segments = json.loads((Path(folder) / f"{Path(audio).stem}.json").read_text(encoding="utf-8"))["segments"]
    words = [result.word(w["start"], w["end"], w["word"].strip()) for one in segments for w in one["words"] or ()]
    return {"text": " ".join(one["text"].strip() for one in segments), "words": words}


if __name__ == "__main__":
    main()
