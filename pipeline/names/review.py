"""A person's walk through the corrections: what is asked, what was answered, and the YAML that the answers make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from pipeline import yaml_edits
from pipeline.config import Glossary, Overrides, Ruling
from pipeline.models import Correction, Corrections, Segment, Transcript
from pipeline.names.rulings import applies, read_rejection
from pipeline.names.transcripts import lay_out

#: About this place, or throughout the episode: accept, reject. For ever, in the glossary: always (an alias), never.
Verdict = Literal["accept", "reject", "accept throughout", "reject throughout", "always", "never"]


@dataclass(frozen=True, slots=True)
class Question:
    """A correction to decide on, with what was said before and after the words in the same segment."""

    correction: Correction
    before: str
    after: str
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """Questions in order, and the answers so far by the number of their question; every step makes a new one."""

    questions: tuple[Question, ...]
    answers: tuple[tuple[int, Verdict], ...] = ()
    at: int = 0

    @property
    def question(self) -> Question | None:
        """What to ask now; None at the end."""
        return self.questions[self.at] if self.at < len(self.questions) else None

    @property
    def decisions(self) -> list[tuple[Correction, Verdict]]:
        """What was decided, in order."""
        return [(self.questions[number].correction, verdict) for number, verdict in self.answers]

    def answer(self, verdict: Verdict) -> Review:
        """The question decided; what that settles elsewhere is not asked any more."""
        return replace(self, answers=(*self.answers, (self.at, verdict))).skip()

    def skip(self) -> Review:
        """The next question that is still open."""
        at = self.at + 1
        while at < len(self.questions) and self._is_settled(self.questions[at].correction):
            at += 1
        return replace(self, at=at)

    def undo(self) -> Review:
        """The last answer taken back, and its question asked again; the same where there is none."""
        if not self.answers:
            return self
        return replace(self, answers=self.answers[:-1], at=self.answers[-1][0])

    def _is_settled(self, correction: Correction) -> bool:
        return any(
            verdict not in ("accept", "reject")
            and other.heard.casefold() == correction.heard.casefold()
            and other.term == correction.term
            and (other.meant == correction.meant or verdict in ("always", "never"))
            for other, verdict in self.decisions
        )


def list_questions(
    log: Corrections, said: Transcript, overrides: Overrides, *, applied: bool = False
) -> tuple[Question, ...]:
    """The suggested corrections that no override decides yet, and with `applied` those that were made.

    `said` is the transcript before its names were corrected.
    """
    asked = ("suggested", "applied") if applied else ("suggested",)
    rulings = [*map(read_rejection, overrides.reject), *overrides.corrections]
    segments = {segment.id: segment for segment in said.segments}
    return tuple(
        _ask(correction, segments.get(-1 if correction.segment is None else correction.segment))
        for correction in log.root
        if correction.outcome in asked
        and not any(applies(ruling, correction.heard, correction.meant, correction.start) for ruling in rulings)
    )


def edit_overrides(text: str, correction: Correction, verdict: Verdict) -> str:
    """overrides.yaml with a decision about this place, or the episode, added; the same text for one for ever."""
    if verdict in ("always", "never"):
        return text
    word, _, throughout = verdict.partition(" ")
    at = None if throughout else correction.start
    values = {"heard": correction.heard, "meant": correction.meant, "at": at, "verdict": word}
    ruling = Ruling.model_validate(values).model_dump(exclude_none=True)
    return yaml_edits.edit(text, lambda tree: yaml_edits.append(tree, "corrections", yaml_edits.inline_map(ruling)))


def edit_glossary(text: str, correction: Correction, verdict: Verdict) -> str:
    """glossary.yaml with a new alias (`always`), or with what was heard under `never`; else the same text."""
    if verdict not in ("always", "never"):
        return text
    term, heard = find_term(correction) if verdict == "always" else (correction.term, correction.heard)
    wanted, unwanted = ("aliases", ("never",)) if verdict == "always" else ("never", ("aliases", "sounds_like"))

    def change(tree: Any) -> None:
        entry = _entry(tree, term, correction.term)
        for key in unwanted:
            yaml_edits.remove(entry, key, heard)
        if not any(str(item).casefold() == heard.casefold() for item in entry.get(wanted) or ()):
            yaml_edits.append(entry, wanted, heard, inline=True)

    def concerns(item: Any) -> bool:
        return (item.get("term") if isinstance(item, dict) else item) in (term, correction.term)

    return yaml_edits.edit_items(text, "terms", concerns, change)


def find_term(correction: Correction) -> tuple[str, str]:
    """The term that always means what was heard, and that without a plural ending that both have.

    One name of a person (`Jeff` for Geoffrey Hinton's `Geoff`) is a term of its own: the alias must not put the whole
    name in its place.
    """
    heard, meant, term = correction.heard, correction.meant, correction.term
    for plural in ("", "es", "s"):
        if heard.casefold().endswith(plural) and meant.casefold() == term.casefold() + plural and heard != plural:
            return term, heard.removesuffix(plural) if plural else heard
    return meant, heard


def object_to(correction: Correction, verdict: Verdict, glossary: Glossary) -> str | None:
    """Why the glossary cannot hold this decision, in words; None where it can."""
    if verdict == "never" and all(one.term != correction.term for one in glossary.terms):
        return f"{correction.term!r} is no term of the glossary; reject it here instead"
    if verdict == "always":
        target, alias = find_term(correction)
        for one in glossary.terms:
            if one.term == target:
                continue
            if one.term.casefold() == alias.casefold():
                return f"{alias!r} is a term of the glossary itself; accept it here instead"
            if alias.casefold() in (known.casefold() for known in one.aliases):
                return f"{alias!r} is an alias of {one.term!r} already; accept it here instead"
    return None


def _ask(correction: Correction, segment: Segment | None) -> Question:
    if segment is None:
        return Question(correction, "", "", None)
    line, _ = lay_out(segment)
    starts = [
        token.start
        for token, second in zip(line.tokens, line.seconds or (), strict=False)
        if line.text.startswith(correction.heard, token.start) and second == correction.start
    ]
    start = starts[0] if starts else max(line.text.find(correction.heard), 0)
    end = start + len(correction.heard)
    return Question(correction, line.text[:start], line.text[end:], segment.speaker)


def _entry(tree: Any, term: str, whole: str) -> Any:
    """The glossary's entry of a term as a mapping; a new one, of the kind that `whole` has, where there is none."""
    kind = None
    for at, item in enumerate(tree.get("terms") or ()):
        bare = not isinstance(item, dict)
        name = str(item if bare else item.get("term"))
        if name == term:
            if bare:
                tree["terms"][at] = yaml_edits.inline_map({"term": item})
            return tree["terms"][at]
        if name == whole and not bare:
            kind = item.get("kind")
    made = yaml_edits.block_map({"term": term, **({"kind": kind} if kind else {})})
    yaml_edits.append(tree, "terms", made)
    return made
