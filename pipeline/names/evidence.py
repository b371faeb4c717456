"""Whether a run of words is a mis-heard name: everything that speaks for and against it, weighed as odds.

The log10 odds that the term was said are a sum of features times weights (logistic regression). The weights were
fitted by benchmarks/fit_names.py to what Whisper base wrote for some 2,000 synthesised sentences around 700 names of
all kinds, and rounded; those of `stranger`, `address`, `alone`, `told`, `people`, `initials` and `unsure`, on which
such single sentences say little, are estimates. benchmarks/names.py measures what they do elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.names.candidates import Candidate
from pipeline.names.decisions import Decisions
from pipeline.names.lexicon import TITLES
from pipeline.names.ordinary import EVERYDAY
from pipeline.names.passage import Spot
from pipeline.names.tokens import Token

#: What a feature adds to the log10 odds, times its value; and what it says to a reader, "" for nothing.
WEIGHTS: dict[str, tuple[float, str]] = {
    "always": (-0.3, ""),
    "elsewhere": (1.25, "{term} is not talked of otherwise"),
    "rarity": (0.3, "'{heard}' is {common}"),
    "unlike": (-11.4, "{likeness}"),
    "apart": (-3.7, "its {other} differs more"),
    "onset": (-0.6, "begins with another sound"),
    "words": (-0.2, "not as many words"),
    "part": (-0.2, ""),
    "alone": (-0.4, "only a part of the name"),
    "famous": (-0.4, "{form} is a name that recognisers know"),
    "small": (0.2, ""),
    "small word": (-1.2, "a word of its own, in small letters"),
    "capital": (1.1, "written with a capital"),
    "initials": (-1.5, "'{heard}' is written as initials"),
    "people": (-1.6, "more than one of that name"),
    "determined": (-0.6, "'{before}' stands before it"),
    "partner": (3.1, "beside the rest of the name"),
    "stranger": (-1.2, "beside '{beside}'"),
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
#: Written with a capital beside a person's name, and not a part of it.
_NO_NAMES = frozenset(("i", "im", "ive", "ill", "id", *TITLES, "doctor", "professor", "president", "king", "queen"))
#: Up to which probability of a word what is added to the log10 odds.
_DOUBTS = ((0.2, 1.0), (0.4, 0.7), (0.65, 0.3), (0.85, -0.1), (0.97, -0.4), (float("inf"), -0.6))
_HINT = -0.6  # log10 chance that a person is talked of whose rare family name is said
_LISTED = 1.5  # Zipf frequency from which a word in small letters speaks for itself, the more the nearer to everyday
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
            "people": float(form.entry.person and bool(candidate.plural)),
            "initials": float(not ordinary.shouted and _are_initials(tokens) and not form.has_initials),
        }
        if ordinary.cased and form.text[:1].isupper():
            features |= self._case(tokens, self.decisions.passage.opens(spot))
        if form.entry.person:
            features |= self._company(candidate, spot)
        told = tokens[0].capital or not ordinary.cased
        heard_as = (form.entry.number, form.role, tokens[0].stem)
        if told and "stranger" not in features and heard_as in self.decisions.heard_as:
            unlike = 0.0 if self.decisions.passage.opens(spot) else _likeness(features)
            features["told"] = 1.0 - unlike / WEIGHTS["told"][0]
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
        if len(tokens) > 1:
            return {"small": 1.0}
        frequency = self.decisions.ordinary.frequency(tokens[0].word)
        return {"small": 1.0, "small word": min(1.0, max(0.0, (frequency - _LISTED) / (EVERYDAY - _LISTED)))}

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
            features |= self._beside(candidate, after, "family")
            if not features.keys() & {"partner", "stranger"} and spot.first and not passage.opens(_previous(spot)):
                features |= self._beside(candidate, before, "family")  # a given name of its own stands before it
            if before is None and after is None and not passage.opens(spot):
                features["address"] = 1.0
        elif role == "family" and before and not (spot.first and passage.opens(_previous(spot))):
            features |= self._beside(candidate, before, "given")
        if role == "family" and not features.keys() & {"partner", "stranger"}:
            features |= self._beside(candidate, after, "given")  # then it is rather a given name
        return features

    def _beside(self, candidate: Candidate, token: Token | None, role: str) -> dict[str, float]:
        """Whether the other part of a person's name stands beside, or somebody else's: the surer if that is known."""
        if token is None or not token.capital or token.ending or token.stem in _NO_NAMES:
            return {}
        if candidate.form.entry.part(role) == token.stem:
            return {"partner": 1.0}
        return {"stranger": 2.0 if self.decisions.ordinary.frequency(token.word) >= _FAMILIAR else 1.0}


def _are_initials(tokens: list[Token]) -> bool:
    """Whether a word of them is written as an abbreviation (`ROM`, `NACKs`), so that letters were heard."""
    bare = (token.text.removesuffix(token.ending).removesuffix("s") for token in tokens)
    return any(len(text) > 1 and text.isupper() for text in bare)


def _likeness(features: dict[str, float]) -> float:
    """What unlikeness takes from the odds: nothing more, once the name is known to be heard so."""
    return sum(WEIGHTS[name][0] * features[name] for name in ("unlike", "apart", "onset"))


def _previous(spot: Spot) -> Spot:
    return Spot(spot.line, spot.first - 1, spot.first - 1)
