"""The product: `words` runs its transcribe stage, `turns` its diarize stage, with default settings on the CPU."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.speech.systems import result
from pipeline import sentences
from pipeline.adapters import torchaudio_repair
from pipeline.config import AttributeConfig, DiarizeConfig, Glossary, TranscribeConfig, Vocabulary
from pipeline.errors import InputError
from pipeline.models import Identities, PreparedAudio, Transcript, Turns, Word
from pipeline.stages import attribute, diarize, transcribe
from pipeline.store import Workspace


def main() -> None:
    """Run one of the stages."""
    result.run({"words": find_words, "turns": find_turns}[sys.argv.pop(1)])


def find_words(audio: str, watch: result.Stopwatch) -> result.Found:
    """The transcript as the stage makes it, and its words."""
    import faster_whisper  # noqa: F401  before the seconds are counted

    settings = TranscribeConfig(device="cpu", model="base")
    with _prepared(audio) as (work, sound), watch.part("transcribe"):
        try:
            heard, _ = transcribe.run(work, sound, Vocabulary(glossary=Glossary()), settings, None)
        except InputError:  # nobody speaks in the recording
            return {"text": "", "words": [], "artifact": None}
    words = [result.word(one.start, one.end, one.text) for one in heard.words()]
    text = sentences.join(word["text"] for word in words)
    return {"text": text, "words": words, "artifact": heard.model_dump(mode="json")}


def find_turns(audio: str, watch: result.Stopwatch) -> result.Found:
    """The turns as the stage makes them."""
    torchaudio_repair.repair()
    from pipeline.adapters import diarization  # noqa: F401  before the seconds are counted

    with _prepared(audio) as (work, sound), watch.part("diarize"):
        found = diarize.run(work, sound, DiarizeConfig(device="cpu"), None)
    turns = [result.turn(one.start, one.end, one.speaker) for one in found.root]
    return {"turns": turns, "artifact": found.model_dump(mode="json")}


def attribute_words(words: result.Found, turns: result.Found) -> list[Word]:
    """The words with their speakers, from what `find_words` and `find_turns` found."""
    if words["artifact"] is None:
        return []
    heard = Transcript.model_validate(words["artifact"])
    found = Turns.model_validate(turns["artifact"])
    with tempfile.TemporaryDirectory() as folder:
        spoken = attribute.run(Workspace(Path(folder)), heard, found, Identities(()), AttributeConfig(), None, {})
    return list(spoken.words())


@contextmanager
def _prepared(audio: str) -> Iterator[tuple[Workspace, PreparedAudio]]:
    """The file as the prepare stage leaves it."""
    with tempfile.TemporaryDirectory(prefix="showrunner-bench-") as folder:
        work = Workspace(Path(folder))
        samples = result.samples_of(audio)
        blob = work.keep_bytes(samples.astype("<f4").tobytes(), "audio.f32")
        source = {"channels": 1, "source_rate": result.RATE, "codec": "pcm_s16le"}
        sound = PreparedAudio(pcm=blob, sample_rate=result.RATE, duration=len(samples) / result.RATE, **source)
        del samples
        yield work, sound


if __name__ == "__main__":
    main()
