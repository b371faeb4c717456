"""Words that only fill: found where leaving them out changes neither what is said nor how it sounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.editing.quotes import Stretch, letters
from pipeline.models import Seconds, Word

#: By language, what people say while they think. What is a word there, too (the German "um"), is not among them.
_HESITATIONS = {
    "en": "um umm ummm uh uhh uhm er erm hm hmm hmmm",
    "de": "äh ähh ähm öh öhm ehm hm hmm",
    "fr": "euh euhm heu hm hmm",
    "es": "ehm em eeh mmm hm hmm",
    "it": "ehm mmm hm hmm",
    "nl": "eh ehm uh uhm hm hmm",
    "pt": "hum ehm hm hmm",
    "sv": "öh öhm ehm hm hmm",
    "da": "øh øhm hm hmm",
    "no": "øh øhm eh ehm hm hmm",
    "pl": "yyy yy eee hm hmm",
}
#: Phrases that fill when they stand by themselves.
_PHRASES = {
    "en": ("you know", "i mean"),
    "de": ("weißt du", "sag ich mal"),
    "fr": ("tu vois", "tu sais"),
    "es": ("o sea",),
    "nl": ("weet je",),
}
_LONGEST_PHRASE = 3
# Before these or after those the word itself is spoken of, or is half of another ("uh oh", "uh huh").
_SPOKEN_OF = frozenset("word words say says said saying called sound sounds".split())  # noqa: SIM905
_COMPLETED = frozenset(("huh", "oh", "hum"))
# What goes on with a clause after "you know" and "I mean", even where a comma stands between; and without one.
_CLAUSE = frozenset("what that how why if when where who whom whose which".split())  # noqa: SIM905
_OBJECT = frozenset("the a an this these it him her them me".split())  # noqa: SIM905
_LIKELY = 0.5  # the recogniser's probability of a clear word
_SHORTEST, _LONGEST = 0.1, 1.5  # seconds
_APART: Seconds = 0.15  # between a phrase and the words around it
_GAP: Seconds = 0.08  # between words that a recogniser sets apart
_BESIDE: Seconds = 0.08  # around an edge, where the sound must dip
_DIP = 12.0  # dB that it dips below the loudest of the filler


@dataclass(frozen=True, slots=True)
class Filler:
    """A filler, and how sure it is to be one."""

    stretch: Stretch
    start: Seconds
    end: Seconds
    sure: float


#: Whether the sound dips at a second beside a stretch (its start and end).
Dips = Callable[[Seconds, Seconds, Seconds], bool]


def knows(language: str) -> bool:
    """Whether fillers of that language are known."""
    return language in _HESITATIONS


def find_fillers(words: Sequence[Word], language: str, *, phrases: bool, dips: Dips, most: int) -> list[Filler]:
    """The clear fillers in order, at most `most` in each minute: the surest of them.

    Clear is what the recogniser is sure of, nobody talks over, and stands apart from its neighbours: by a gap between
    their times, or by a dip in the sound. A phrase stands between commas or pauses, too, and opens no clause.
    """
    found = [
        Filler(one, words[one.first].start, words[one.last].end, _sureness(words, one))
        for one in _candidates(words, language, phrases)
        if _is_clear(words, one, dips)
    ]
    by_minute: dict[int, list[Filler]] = defaultdict(list)
    for filler in found:
        by_minute[int(filler.start // 60)].append(filler)
    surest = (sorted(many, key=lambda one: (-one.sure, one.start))[:most] for many in by_minute.values())
    return sorted(chain.from_iterable(surest), key=lambda one: one.start)


def _candidates(words: Sequence[Word], language: str, phrases: bool) -> Iterator[Stretch]:
    hesitations = {known: frozenset(map(letters, line.split())) for known, line in _HESITATIONS.items()}
    wanted = {known: frozenset(map(letters, some)) for known, some in _PHRASES.items()} if phrases else {}
    spelt = [letters(word.text) for word in words]
    for at, word in enumerate(words):
        spoken = word.language or language
        if spelt[at] in hesitations.get(spoken, ()):
            if _only_hesitates(words, spelt, at):
                yield Stretch(at, at)
            continue
        joined = spelt[at]
        for last in range(at + 1, min(at + _LONGEST_PHRASE, len(words))):
            joined += spelt[last]
            if joined in wanted.get(spoken, ()) and _stands_alone(words, spelt, Stretch(at, last)):
                yield Stretch(at, last)


def _only_hesitates(words: Sequence[Word], spelt: Sequence[str], at: int) -> bool:
    text = words[at].text
    before, after = (spelt[at - 1] if at else ""), (spelt[at + 1] if at + 1 < len(spelt) else "")
    marked = any(sign in text for sign in "\"'“”‘’?!-") or (len(spelt[at]) > 1 and text.strip(".,…").isupper())
    return not marked and before not in _SPOKEN_OF and after not in _COMPLETED


def _stands_alone(words: Sequence[Word], spelt: Sequence[str], phrase: Stretch) -> bool:
    """Whether a phrase is set off on both sides, by punctuation or a pause, and no clause follows."""
    before = words[phrase.first - 1] if phrase.first else None
    after = words[phrase.last + 1] if phrase.last + 1 < len(words) else None
    first, last = words[phrase.first], words[phrase.last]
    following = spelt[phrase.last + 1] if after else ""
    if last.text.endswith(("?", "!")) or following in _CLAUSE or (following in _OBJECT and last.text[-1].isalnum()):
        return False
    # What a comma sets apart may still be half a question ("do you know, …"), which a pause before it is not.
    opened = (
        before is None or before.text.endswith((",", ".", "?", "!", ";", "…", "—")) or _gap(before, first) >= _APART
    )
    closed = last.text.endswith((",", ".", "…", "—")) or (after is not None and _gap(last, after) >= _APART)
    return opened and closed and not any(sign in first.text + last.text for sign in '"“”')


def _is_clear(words: Sequence[Word], stretch: Stretch, dips: Dips) -> bool:
    said = words[stretch.first : stretch.last + 1]
    start, end = said[0].start, said[-1].end
    if not all(word.probability >= _LIKELY and not word.overlap for word in said):
        return False
    if not _SHORTEST * len(said) <= end - start <= _LONGEST:
        return False
    before = words[stretch.first - 1] if stretch.first else None
    after = words[stretch.last + 1] if stretch.last + 1 < len(words) else None
    if _alone_in_turn(said[0], before, after):
        return False
    if (before and before.end > start + 0.02) or (after and after.start < end - 0.02):
        return False  # talked over
    left = before is None or _gap(before, said[0]) >= _GAP or dips(start, start, end)
    return left and (after is None or _gap(said[-1], after) >= _GAP or dips(end, start, end))


def _alone_in_turn(word: Word, before: Word | None, after: Word | None) -> bool:
    """Whether it is all that somebody says: then it is an answer."""
    alone_before = before is None or before.speaker != word.speaker
    alone_after = after is None or after.speaker != word.speaker
    closed = before is None or before.text.endswith((".", "?", "!"))
    return (alone_before and alone_after) or (closed and word.text.endswith(("?", "!")))


def _gap(before: Word, after: Word) -> Seconds:
    return after.start - before.end


def _sureness(words: Sequence[Word], stretch: Stretch) -> float:
    return min(word.probability for word in words[stretch.first : stretch.last + 1])


def dips_by(quietest: Callable[[Seconds, Seconds], float], loudest: Callable[[Seconds, Seconds], float]) -> Dips:
    """Whether the sound at an edge of a stretch is much quieter than the loudest in it, by measures in dB."""

    def dips(edge: Seconds, start: Seconds, end: Seconds) -> bool:
        return loudest(start, end) - quietest(edge - _BESIDE, edge + _BESIDE) >= _DIP

    return dips


def list_languages() -> Iterable[str]:
    """The languages whose fillers are known, in order."""
    return sorted(_HESITATIONS)
