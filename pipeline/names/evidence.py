"""Whether a run of words is a mis-heard name: everything that speaks for and against it, weighed as odds.

The log10 odds that the term was said are a sum of features times weights (logistic regression). The weights were
fitted to what Whisper base wrote for some 2,000 synthesised sentences around 800 names of all kinds, against every
candidate in 12,000 sentences of human transcripts, and rounded; those of `stranger`, `address`, `alone` and `told`, on
which such single sentences say nothing, are estimates. benchmarks/names.py measures what they do elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.names.candidates import Candidate
from pipeline.names.decisions import Decisions
from pipeline.names.ordinary import EVERYDAY
from pipeline.names.passage import Spot
from pipeline.names.tokens import Token

#: What a feature adds to the log10 odds, times its value; and what it says to a reader, "" for nothing.
WEIGHTS: dict[str, tuple[float, str]] = {
    "always": (-0.5, ""),
    "elsewhere": (1.25, "{term} is not talked of otherwise"),
    "rarity": (0.3, "'{heard}' is {common}"),
    "unlike": (-11.3, "{likeness}"),
    "apart": (-4.0, "its {other} differs more"),
    "onset": (-0.2, "begins with another sound"),
    "words": (-0.2, "not as many words"),
    "part": (-0.1, ""),
    "alone": (-0.4, "only a part of the name"),
    "famous": (-0.6, "{form} is a name that recognisers know"),
    "small": (0.3, ""),
    "small word": (-1.0, "an everyday word in small letters"),
    "capital": (1.2, "written with a capital"),
    "determined": (-0.4, "'{before}' stands before it"),
    "partner": (2.8, "beside the rest of the name"),
    "stranger": (-0.8, "beside '{beside}'"),
    "address": (0.3, "somebody is spoken to"),
    "told": (1.5, "was heard so in the full name"),
    "unsure": (1.0, "the recogniser was {sure:.0%} sure"),
}
_DETERMINERS = (
    "the",
    "a",
    "an",
    "this",
    "that",
    "these",
    "some",
    "any",
    "my",
    "your",
    "his",
    "her",
    "its",
    "our",
    "their",
)
#: Up to which probability of a word what is added to the log10 odds.
_DOUBTS = ((0.2, 1.0), (0.4, 0.7), (0.65, 0.3), (0.85, -0.1), (0.97, -0.4), (float("inf"), -0.6))
_HINT = -0.6  # log10 chance that a person is talked of whose rare family name is said
_FAMILIAR = 2.5  # Zipf frequency from which a recogniser can be expected to know a name


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of a candidate at a spot, and the log10 odds that it is right.

    `lasting` are the odds without what only the uncorrected text tells, as a second run would see them.
    """

    features: dict[str, float]
    odds: float
    lasting: float

    @property
    def score(self) -> float:
        """The probability that the candidate is right."""
        return 1 / (1 + 10 ** -max(-30.0, min(30.0, self.odds)))


@dataclass(slots=True)
class Judge:
    """Weighs candidates in the light of what is decided; `prior` is the log10 chance that any one term is talked of."""

    decisions: Decisions
    prior: float

    def weigh(self, candidate: Candidate, spot: Spot) -> Evidence:
        """All the evidence for the candidate at that spot."""
        features = self.features(candidate, spot)
        odds = sum(WEIGHTS[name][0] * value for name, value in features.items())
        return Evidence(features, odds, odds - WEIGHTS["told"][0] * features.get("told", 0.0))

    def features(self, candidate: Candidate, spot: Spot) -> dict[str, float]:
        """What is to be weighed, by its name in WEIGHTS; what is not there counts nothing."""
        form, ordinary = candidate.form, self.decisions.ordinary
        tokens = self.decisions.passage.tokens(spot)
        length = max(len(form.letters), sum(len(token.stem) for token in tokens), 1)
        near, far = sorted((candidate.sound, candidate.spelling))
        fame = min((ordinary.frequency(token.word) for token in form.tokens), default=0.0)
        features = {
            "always": 1.0,
            "elsewhere": self._likelihood(form.entry.number),
            "rarity": -ordinary.joint_share(tuple(token.word for token in tokens)),
            "unlike": near / length,
            "apart": min(far - near, 2.0) / length,
            "onset": float(candidate.onset),
            "words": float(abs(len(self.decisions.passage.heard(spot).split()) - len(form.text.split()))),
            "part": float(form.role != "full"),
            "famous": 0.0 if form.stylised else max(0.0, fame - _FAMILIAR),
            "alone": float(form.role != "full" and form.entry.number not in self.decisions.in_play),
            "unsure": self._doubt(spot),
        }
        if ordinary.cased and form.text[:1].isupper():
            features |= self._case(tokens, self.decisions.passage.opens(spot))
        if form.entry.person:
            features |= self._company(candidate, spot)
        if form.role != "full" and "stranger" not in features:
            features["told"] = float((form.entry.number, tokens[0].stem) in self.decisions.heard_as)
        return features

    def explain(self, candidate: Candidate, spot: Spot, evidence: Evidence) -> tuple[str, ...]:
        """The evidence in words, what weighs most first."""
        passage = self.decisions.passage
        tokens = passage.tokens(spot)
        before, after = passage.before(spot), passage.after(spot)
        sure = passage.lines[spot.line].sure
        rare = evidence.features["rarity"]
        words = {
            "term": candidate.form.entry.term.term,
            "form": candidate.form.text,
            "heard": " ".join(token.text for token in tokens),
            "common": "no common wording" if rare > 7 else "said now and then" if rare > 5 else "everyday language",
            "likeness": "sounds alike" if candidate.sound <= candidate.spelling else "is spelled alike",
            "other": "spelling" if candidate.sound <= candidate.spelling else "sound",
            "before": before.text if before else "",
            "beside": (after if candidate.form.role == "given" else before or after or tokens[0]) or "",
            "sure": min(sure[spot.first : spot.last + 1]) if sure else 1.0,
        }
        if isinstance(words["beside"], Token):
            words["beside"] = words["beside"].text
        weighed = [(WEIGHTS[name][0] * value, WEIGHTS[name][1]) for name, value in evidence.features.items()]
        weighed.sort(key=lambda one: -abs(one[0]))
        told = [f"{text.format(**words)} ({weight:+.1f})" for weight, text in weighed if text and abs(weight) >= 0.05]
        if candidate.sound == 0:
            told.insert(0, "sounds the same" if candidate.spelling else "the same letters")
        return tuple(told)

    def _likelihood(self, entry: int) -> float:
        """The log10 chance that an entry is talked of."""
        if entry in self.decisions.in_play:
            return 0.0
        return max(self.prior, _HINT) if entry in self.decisions.hinted else self.prior

    def _case(self, tokens: list[Token], opens: bool) -> dict[str, float]:
        if tokens[0].capital:
            return {} if opens else {"capital": 1.0}
        everyday = len(tokens) == 1 and self.decisions.ordinary.frequency(tokens[0].word) >= EVERYDAY
        return {"small": 1.0, "small word": float(everyday)}

    def _doubt(self, spot: Spot) -> float:
        """What the recogniser's probability says, as log10 odds."""
        sure = self.decisions.passage.lines[spot.line].sure
        if sure is None:
            return 0.0
        least = min(sure[spot.first : spot.last + 1])
        return next(weight for limit, weight in _DOUBTS if least <= limit)

    def _company(self, candidate: Candidate, spot: Spot) -> dict[str, float]:
        """Who stands beside one name of a person, and whether somebody is spoken to."""
        passage, role = self.decisions.passage, candidate.form.role
        before, after = passage.before(spot), passage.after(spot)
        features = {"determined": float(before is not None and before.text.lower() in _DETERMINERS)}
        if role == "given":
            features |= _beside(candidate, after, "family")
            if before is None and after is None and not passage.opens(spot):
                features["address"] = 1.0
        elif role == "family" and before and not (spot.first and passage.opens(_previous(spot))):
            features |= _beside(candidate, before, "given")
        return features


def _previous(spot: Spot) -> Spot:
    return Spot(spot.line, spot.first - 1, spot.first - 1)


def _beside(candidate: Candidate, token: Token | None, role: str) -> dict[str, float]:
    """Whether the other part of a person's name stands beside, or somebody else's."""
    if token is None or not token.capital:
        return {}
    return {"partner" if candidate.form.entry.part(role) == token.stem else "stranger": 1.0}
