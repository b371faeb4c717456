"""Whole sentences of a transcript, and how well each would stand alone in show notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.editorial import cues
from pipeline.editorial.words import is_content, tokens
from pipeline.models import Seconds, Segment
from pipeline.sentences import ends_sentence, join

#: Words that point back at what was said before; a sentence that begins with one does not stand alone.
_LEANING = frozenset(
    {
        "it", "it's", "its", "it'll", "it'd", "this", "that", "that's", "that'll", "these", "those", "they", "they're",
        "they've", "they'd", "they'll", "them", "their", "he", "he's", "he'd", "he'll", "him", "his", "she", "she's",
        "she'd", "she'll", "her", "which", "then", "there", "here", "also", "too", "and", "but", "so", "or", "because",
        "cause", "yet", "such", "same", "well", "however", "therefore", "thus", "plus", "like",
    }
)  # fmt: skip
#: A sentence that begins with one of these is more often a piece of one.
_FRAGMENT = frozenset(
    {"through", "from", "to", "of", "more", "much", "not", "no", "hey", "or", "than", "with", "where", "who"}
)
_FILLER = re.compile(
    r"\b(?:um+|uh+|er+|hmm+|you know|i mean|kind of|sort of|or whatever|like i said|blah|gonna|wanna)\b"
    r"|, like,|\.\.\.|…|--",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:['’](?:s|re|m|ve|ll|d)|\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|can|could|will|would|should|must|"
    r"may|might|goes?|gets?|makes?|means?|needs?|wants?|takes?|gives?|says?|said|went|got|made|came|comes?|became|becomes?|\w{3,}ed))\b",
    re.IGNORECASE,
)
_STAMMER = re.compile(r"\b(\w+)[,—–-]? \1\b", re.IGNORECASE)
_GREETING = re.compile(
    r"\b(?:welcome|hello|hi everyone|hey everyone|thank(?:s| you)|good (?:morning|evening|afternoon)|bye|see you|"
    r"subscri\w+|patreon|sponsors?|sponsored|our listeners|promo code|rate and review|show notes|nice to meet|"
    r"(?:glad|great|happy) to be here|for having me)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\b(?:today|this week|in this episode|this episode|on this show|this time|our guest|my guest|joined by|"
    r"talking (?:to|with|about)|"
    r"(?:we|i)(?:'re| are|'ll| will|'m| am) (?:going to |gonna )?(?:be )?"
    r"(?:talk|discuss|speak|cover|look|div|joined|explor)\w*|"
    r"a (?:show|podcast) about)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:never|always|every|nobody|everybody|nothing|everything|only|most|best|worst|biggest|first time|whole|"
    r"must|cannot|"
    r"because|realis\w+|realiz\w+|believe|love|hate|wrong|right|matters?|real|reason|problem|future|change[sd]?|"
    r"impossible|important|afraid|wish|dream|secret|truth|instead|not .{3,40} but)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence: `rows` number the segments that it is made of; `whole` says that none of it is missing."""

    text: str
    start: Seconds
    rows: tuple[int, ...]
    speaker: str | None
    whole: bool

    @property
    def length(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.text.rstrip(" \"'”’)").endswith(("?", "？"))


def collect(segments: Sequence[Segment]) -> list[Statement]:
    """The sentences in order: segments of one speaker are joined until one ends a sentence.

    A transcript without any punctuation gives a statement a segment, all of them whole.
    """
    if not any(ends_sentence(segment.text.strip()) for segment in segments):
        return [_statement(segments, (row,), True) for row, segment in enumerate(segments) if segment.text.strip()]
    made: list[Statement] = []
    rows: list[int] = []
    began = True
    for row, segment in enumerate(segments):
        if rows and segments[rows[-1]].speaker != segment.speaker:
            made.append(_statement(segments, tuple(rows), False))
            rows, began = [], True
        rows.append(row)
        if ends_sentence(segment.text.strip()):
            made.append(_statement(segments, tuple(rows), began))
            rows, began = [], True
    if rows:
        made.append(_statement(segments, tuple(rows), False))
    return [one for one in made if one.text]


def _statement(segments: Sequence[Segment], rows: tuple[int, ...], whole: bool) -> Statement:
    first = segments[rows[0]]
    text = join(segments[row].text.strip() for row in rows)
    return Statement(text, first.start, rows, first.speaker, whole and not text[:1].islower())


def self_contained(statement: Statement) -> float:
    """From 0 to 1: how well the sentence reads on its own; 0 for what cannot stand in notes at all."""
    longest = 60 if states_purpose(statement) else 45
    if not statement.whole or statement.asks or not 7 <= statement.length <= longest:
        return 0.0
    if _GREETING.search(statement.text):
        return 0.0
    words = [word.lower().replace("’", "'") for word in tokens(statement.text)]
    content = sum(map(is_content, words)) / max(1, len(words))
    worth = min(1.0, 0.35 + 1.3 * content)
    if words[0] in _LEANING:
        worth *= 0.4
    elif words[0] in _FRAGMENT:
        worth *= 0.5
    elif words[0] in ("i", "i'm", "i've", "i'd", "you", "we", "we're", "you're"):
        worth *= 0.85
    if not _VERB.search(statement.text):
        worth *= 0.4
    if cues.closes_exchange(statement.text):
        worth *= 0.4
    slips = len(_FILLER.findall(statement.text)) + len(_STAMMER.findall(statement.text))
    return worth * 0.6**slips


def states_purpose(statement: Statement) -> bool:
    """Whether it says what the episode is about ("today we talk about", "our guest")."""
    return _PURPOSE.search(statement.text) is not None


def strength(statement: Statement) -> float:
    """From 1 up: how much it claims, which makes a quote worth reading."""
    return 1 + 0.15 * min(3, len(_STRONG.findall(statement.text)))
