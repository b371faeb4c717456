"""topics: what each sentence means, and how likely a new topic begins with it; chapters and notes build on both.

It sees the transcript before names are corrected, so that an edited glossary never runs a model again.
"""

from __future__ import annotations

from pipeline import weights
from pipeline.adapters import embeddings
from pipeline.config import TopicsConfig
from pipeline.models import Topics, Transcript
from pipeline.store import Workspace

VECTORS = "topics.npy"


def run(work: Workspace, attributed: Transcript, settings: TopicsConfig) -> Topics:
    """Sentence embeddings and topic turns, one for each segment of the transcript.

    Cue phrases are known in English, German, French and Spanish; in other languages embeddings, words, speakers and
    pauses decide alone, and the packaged model, which learned from English, tells topics apart less sharply.
    Raises StageError when the model cannot be had.
    """
    from pipeline.editorial import evidence

    folder = weights.sentence_embedding(settings.model)
    vectors = embeddings.encode([segment.text for segment in attributed.segments], folder, work.progress)
    return Topics(
        model="all-MiniLM-L6-v2" if settings.model == "packaged" else folder.name,
        segments=tuple(segment.id for segment in attributed.segments),
        vectors=work.keep_bytes(embeddings.to_npy(vectors), VECTORS),
        turns=evidence.topic_turns(attributed.segments, vectors, attributed.language),
    )


def makers(settings: TopicsConfig) -> tuple[str, ...]:
    """Which model's topics will do: one in a folder is known by its files."""
    return (weights.folder_maker(settings.model),)
