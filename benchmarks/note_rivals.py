"""Other ways to chapter titles and summaries, for the benchmark: simple ones, and libraries where they are installed.

The libraries are no dependencies of this project: `.venv/bin/pip install yake==0.7.3 summa==1.2.0 sumy==0.13.0`.
"""

from __future__ import annotations

import importlib.util
import math
import warnings
from collections import Counter
from collections.abc import Callable

from benchmarks.note_cases import Case
from pipeline.editorial.words import content_stems, is_content, tokens
from pipeline.sentences import join

LONGEST = 40
Titles = Callable[[Case], list[str]]
Summary = Callable[[Case, int], str]


def first_sentence(case: Case) -> list[str]:
    """The beginning of each chapter's first sentence of five words or more."""
    texts = [[one.text for one in case.brief.chapter(number)] for number in range(len(case.titles))]
    first = [next((text for text in said if len(text.split()) > 4), said[0] if said else "-") for said in texts]
    return [text[:LONGEST].rpartition(" ")[0] or text[:LONGEST] for text in first]


def tf_idf(case: Case) -> list[str]:
    """The two content words that a chapter has more of than the others."""
    chapters = [
        [word for one in case.brief.chapter(number) for word in tokens(one.text) if is_content(word)]
        for number in range(len(case.titles))
    ]
    counts = [Counter(content_stems(" ".join(words))) for words in chapters]
    among = Counter(word for one in counts for word in one)
    made = []
    for words, count in zip(chapters, counts, strict=True):
        best = sorted(count, key=lambda word: (-count[word] * math.log(1 + len(counts) / among[word]), word))[:2]
        shown = [next((word for word in words if content_stems(word) == [one]), one) for one in best]
        made.append(" ".join(shown)[:LONGEST] or "-")
    return made


def yake(case: Case) -> list[str]:
    """The best keyphrase of each chapter by YAKE (Campos et al. 2020)."""
    from yake import KeywordExtractor

    finder = KeywordExtractor(lan="en", n=3, top=5)
    made = []
    for number in range(len(case.titles)):
        found = finder.extract_keywords(join(one.text for one in case.brief.chapter(number)))
        made.append(next((phrase for phrase, _ in found if len(phrase) <= LONGEST), "-"))
    return made


def summa_keywords(case: Case) -> list[str]:
    """The best keyphrase of each chapter by TextRank (Mihalcea and Tarau 2004), as summa has it."""
    from summa import keywords

    made = []
    for number in range(len(case.titles)):
        text = join(one.text for one in case.brief.chapter(number))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = keywords.keywords(text, words=5, split=True) if len(text.split()) > 30 else []
        made.append(next((phrase for phrase in found if len(phrase) <= LONGEST), "-"))
    return made


def lead(case: Case, count: int) -> str:
    """The first sentences of five words or more."""
    return join([one.text for one in case.brief.segments if len(one.text.split()) > 4][:count])


def sumy_lexrank(case: Case, count: int) -> str:
    """LexRank (Erkan and Radev 2004) as sumy has it."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.nlp.tokenizers import Tokenizer
    from sumy.summarizers.lex_rank import LexRankSummarizer

    class Words(Tokenizer):
        def __init__(self) -> None:
            self._language = "english"

        def to_words(self, sentence: str) -> tuple[str, ...]:
            return tuple(tokens(sentence))

    made = [Sentence(one.text, Words()) for one in case.brief.segments if len(one.text.split()) > 4]
    return join(str(one) for one in LexRankSummarizer()(ObjectDocumentModel([Paragraph(made)]), count))


def summa_summary(case: Case, count: int) -> str:
    """TextRank's sentences as summa has it."""
    from summa import summarizer

    text = "\n".join(one.text for one in case.brief.segments if len(one.text.split()) > 4)
    found = summarizer.summarize(text, words=25 * count, split=True)
    return join(found[:count])


TITLES: dict[str, Titles] = {"first sentence": first_sentence, "tf-idf words": tf_idf}
SUMMARIES: dict[str, Summary] = {"first sentences": lead}
if importlib.util.find_spec("yake"):
    TITLES["yake"] = yake
if importlib.util.find_spec("summa"):
    TITLES["summa (TextRank)"] = summa_keywords
    SUMMARIES["summa (TextRank)"] = summa_summary
if importlib.util.find_spec("sumy"):
    SUMMARIES["sumy (LexRank)"] = sumy_lexrank
