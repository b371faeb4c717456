"""Names corrected in a transcript: text and words change together, times and speakers stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from pipeline.config import CorrectConfig, Ruling
from pipeline.models import Correction, Corrections, Seconds, Segment, Transcript, Word
from pipeline.names.decisions import Change
from pipeline.names.engine import find_changes
from pipeline.names.lexicon import Lexicon
from pipeline.names.passage import Line
from pipeline.names.tokens import tokenise

Extent = tuple[int, int]


def correct_transcript(
    transcript: Transcript,
    lexicon: Lexicon,
    settings: CorrectConfig,
    *,
    present: Iterable[str] = (),
    reject: Iterable[str] = (),
    rulings: Iterable[Ruling] = (),
) -> tuple[Transcript, Corrections]:
    """The transcript with its names written right, and the log. Segments without a change are the same objects.

    `present` are texts that tell who and what the episode is about, besides the names of the speakers.
    """
    segments = transcript.segments
    laid = [lay_out(segment) for segment in segments]
    speakers = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    changes = find_changes(
        [line for line, _ in laid],
        lexicon,
        settings,
        language=transcript.language,
        present=[*speakers, *present],
        reject=reject,
        rulings=rulings,
    )
    corrected = list(segments)
    for number, group in groupby(changes, key=lambda change: change.spot.line):
        applied = [change for change in group if change.outcome == "applied"]
        if applied:
            line, extents = laid[number]
            corrected[number] = _rewrite(segments[number], line, extents, applied)
    log = Corrections(tuple(_log(change, segments[change.spot.line], laid[change.spot.line]) for change in changes))
    if log.root and any(correction.applied for correction in log.root):
        transcript = transcript.model_copy(update={"segments": tuple(corrected)})
    return transcript, log


def lay_out(segment: Segment) -> tuple[Line, list[Extent]]:
    """The segment as a line, and where in its text each of its words stands."""
    text, extents = segment.text, _locate(segment.text, segment.words)
    if extents is None:
        text = " ".join(word.text for word in segment.words)
        extents = _locate(text, segment.words) or []
    tokens = tokenise(text)
    if not extents:
        return Line(text, tokens, seconds=[segment.start] * len(tokens)), extents
    owners = _owners([token.start for token in tokens], extents)
    sure = [segment.words[owner].probability for owner in owners]
    speakers = [segment.words[owner].speaker for owner in owners]
    breaks = frozenset(at for at, (one, other) in enumerate(pairwise(speakers), 1) if one != other)
    return Line(text, tokens, sure, breaks, [segment.words[owner].start for owner in owners]), extents


def _locate(text: str, words: Sequence[Word]) -> list[Extent] | None:
    """Where each word stands in the text; None where the two do not tell the same."""
    extents: list[Extent] = []
    end = 0
    for word in words:
        start = text.find(word.text, end)
        if start < 0 or text[end:start].strip():
            return None
        end = start + len(word.text)
        extents.append((start, end))
    return None if text[end:].strip() and words else extents


def _owners(starts: list[int], extents: list[Extent]) -> list[int]:
    """For each character position, ascending, the word that it lies in."""
    owners, at = [], 0
    for start in starts:
        while at + 1 < len(extents) and extents[at + 1][0] <= start:
            at += 1
        owners.append(at)
    return owners


def _rewrite(segment: Segment, line: Line, extents: list[Extent], changes: list[Change]) -> Segment:
    """The segment with the changes made in its text and in its words."""
    text, words = line.text, list(segment.words)
    for change in reversed(changes):
        start, end = line.span(change.spot.first, change.spot.last)
        text = text[:start] + change.meant + text[end:]
    for first, last, group in reversed(_regions(line, extents, changes)):
        begin = extents[first][0]
        said = line.text[begin : extents[last][1]]
        for change in reversed(group):
            start, end = line.span(change.spot.first, change.spot.last)
            said = said[: start - begin] + change.meant + said[end - begin :]
        words[first : last + 1] = _share_out(said.split(), segment.words[first : last + 1])
    return segment.model_copy(update={"text": text, "words": tuple(words)})


def _regions(line: Line, extents: list[Extent], changes: list[Change]) -> list[tuple[int, int, list[Change]]]:
    """The runs of words that changes touch, first and last word and the changes in them."""
    regions: list[tuple[int, int, list[Change]]] = []
    for change in changes if extents else ():
        start, end = line.span(change.spot.first, change.spot.last)
        first, last = _owners([start, end - 1], extents)
        if regions and first <= regions[-1][1]:
            before = regions.pop()
            regions.append((before[0], max(last, before[1]), [*before[2], change]))
        else:
            regions.append((first, last, [change]))
    return regions


def _share_out(texts: list[str], words: Sequence[Word]) -> list[Word]:
    """Words with these texts in the time of the old ones: one for one, else by their letters.

    Where the number changes, each has the least probability of the old ones and the speaker of the first, and
    overlaps when any did.
    """
    if len(texts) == len(words):
        return [
            word if word.text == text else word.model_copy(update={"text": text})
            for text, word in zip(texts, words, strict=True)
        ]
    start, end = words[0].start, max(words[0].start, *(word.end for word in words))
    letters, done = sum(map(len, texts)), 0
    sure, overlap = min(word.probability for word in words), any(word.overlap for word in words)
    whole = words[0].model_copy(update={"probability": sure, "overlap": overlap})
    shared, begin = [], start
    for text in texts:
        done += len(text)
        until = end if done == letters else round(min(end, max(begin, start + (end - start) * done / letters)), 3)
        until = min(end, max(begin, until))
        shared.append(whole.model_copy(update={"start": begin, "end": until, "text": text}))
        begin = until
    return shared


def _log(change: Change, segment: Segment, laid: tuple[Line, list[Extent]]) -> Correction:
    return change.as_correction(segment=segment.id, start=start_of(segment, laid, change.spot.first))


def start_of(segment: Segment, laid: tuple[Line, list[Extent]], token: int) -> Seconds:
    """The second at which a token of the laid-out segment begins; the segment's own where its words are not known."""
    seconds = laid[0].seconds
    return seconds[token] if seconds else segment.start
