"""notes: a summary, quotes, mentions and keywords, every one of them taken from what was said."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from pipeline.adapters import embeddings
from pipeline.config import Glossary, NotesConfig
from pipeline.editorial import statements
from pipeline.editorial.keyphrases import Lexicon, find_phrases, rank_keywords
from pipeline.editorial.mentions import find_mentions
from pipeline.editorial.statements import Statement
from pipeline.models import Chapters, NoteLine, Seconds, Segment, ShowNotes, Topics, Transcript
from pipeline.stages.chapters import check_fit
from pipeline.store import Workspace

#: What a sentence about the episode itself is worth beside others, and how long it may come after the beginning.
_PURPOSE_WORTH = 3.0
_PURPOSE_UNTIL: Seconds = 240.0
#: A host's sentence makes a quote, too, but a guest's makes a better one.
_HOST_QUOTE = 0.7
_QUOTE_WORDS = range(8, 36)


def run(
    work: Workspace,
    transcript: Transcript,
    topics: Topics,
    chapters: Chapters,
    glossary: Glossary,
    settings: NotesConfig,
) -> ShowNotes:
    """Notes for an episode; the same input gives the same notes.

    `summary` is up to `sentences` whole sentences word for word in the order in which they were said, the first where
    possible one that says what the episode is about; `quotes` are strong sentences that stand alone, with their
    speaker, none of them in the summary; `mentions` the glossary's terms that were said; `keywords` phrases that
    were said. An episode without a sentence that stands alone has a shorter summary, or none.
    """
    from pipeline.editorial import centrality

    check_fit(transcript, topics)
    segments = transcript.segments
    said = statements.collect(segments)
    lexicon = Lexicon((segment.text for segment in segments), transcript.language)
    phrases = find_phrases([segment.text for segment in segments], lexicon)
    starts = [chapter.start for chapter in chapters.chapters]
    places = [bisect_right(starts, one.start) for one in said]
    vectors = centrality.statement_vectors(said, embeddings.read_npy(work.path(topics.vectors)))
    central = centrality.centrality(vectors, [one.length for one in said], places)
    alone = [statements.self_contained(one) for one in said]
    keys = centrality.keyness(said, phrases, len(segments))
    summary = centrality.pick(
        (0.2 + central + keys) * [worth * _as_summary(one) for worth, one in zip(alone, said, strict=True)],
        vectors, places, settings.sentences,
    )  # fmt: skip
    host = find_host(segments)
    quotes = centrality.pick(
        (0.5 + central + 0.5 * keys) * [worth * _as_quote(one, host) for worth, one in zip(alone, said, strict=True)],
        vectors, places, settings.quotes, taken=summary,
    )  # fmt: skip
    return ShowNotes(
        summary=tuple(_line(said[at], segments) for at in summary),
        quotes=tuple(_line(said[at], segments) for at in quotes),
        mentions=find_mentions(segments, glossary.terms),
        keywords=rank_keywords(phrases, {segment.speaker or "" for segment in segments}, settings.keywords),
    )


def find_host(segments: Sequence[Segment]) -> str | None:
    """The speaker who asks most of the questions, where several speak."""
    if len({segment.speaker for segment in segments}) < 2:
        return None
    asked = Counter(segment.speaker for segment in segments if segment.text.rstrip().endswith("?"))
    return max(sorted(asked, key=str), key=lambda one: asked[one]) if asked else None


def _as_summary(one: Statement) -> float:
    return _PURPOSE_WORTH if one.start < _PURPOSE_UNTIL and statements.states_purpose(one) else 1.0


def _as_quote(one: Statement, host: str | None) -> float:
    if one.length not in _QUOTE_WORDS:
        return 0.0
    return statements.strength(one) * (_HOST_QUOTE if host is not None and one.speaker == host else 1.0)


def _line(one: Statement, segments: Sequence[Segment]) -> NoteLine:
    return NoteLine(
        text=one.text, start=one.start, segments=tuple(segments[row].id for row in one.rows), speaker=one.speaker
    )
