"""Comparing voice prints: who is enrolled, how alike two voices are, and when that is enough for a name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from math import hypot
from operator import mul

from pipeline.config import EnrolledVoice, IdentifyConfig
from pipeline.models import Identities, Identity, Seconds, VoicePrint, Voices

#: Less speech than this does not tell a voice.
SHORTEST: Seconds = 3.0

Vector = tuple[float, ...]


def compare(one: Vector, other: Vector) -> float:
    """The cosine of two unit-length vectors."""
    return float(sum(starmap(mul, zip(one, other, strict=True))))


def average(prints: Sequence[VoicePrint]) -> Vector:
    """The unit-length mean of voice prints, each weighed by its seconds."""
    columns = zip(*(voiceprint.vector for voiceprint in prints), strict=True)
    weights = [voiceprint.seconds for voiceprint in prints]
    total = [sum(starmap(mul, zip(column, weights, strict=True))) for column in columns]
    length = hypot(*total) or 1.0
    return tuple(value / length for value in total)


def identify(voices: Voices, enrolled: Sequence[EnrolledVoice], settings: IdentifyConfig) -> Identities:
    """Whom each speaker sounds like, and the name where it is sure.

    It is sure at the threshold and with the margin over the speaker's next best voice; a name goes to one speaker at
    most, the likest. Voices that other weights enrolled are passed over.
    """
    known = {one.name: average([each.voiceprint for each in one.samples]) for one in enrolled if is_usable(one, voices)}
    scores = {
        speaker: sorted(((compare(voiceprint.vector, vector), name) for name, vector in known.items()), reverse=True)
        for speaker, voiceprint in voices.prints.items()
    }
    given: dict[str, str] = {}
    likest_first = sorted((speaker for speaker in scores if scores[speaker]), key=lambda one: -scores[one][0][0])
    for speaker in likest_first:
        name = scores[speaker][0][1]
        if name not in given and not _doubt(voices.prints[speaker], scores[speaker], settings):
            given[name] = speaker
    return Identities(
        tuple(
            _judge(speaker, voiceprint, scores[speaker], settings, given)
            for speaker, voiceprint in voices.prints.items()
        )
    )


def is_usable(voice: EnrolledVoice, voices: Voices) -> bool:
    """Whether the voice was enrolled with the weights that the episode's voice prints were made with."""
    return voice.weights == voices.weights


def _judge(
    speaker: str,
    voiceprint: VoicePrint,
    scores: list[tuple[float, str]],
    settings: IdentifyConfig,
    given: dict[str, str],
) -> Identity:
    if not scores:
        return Identity(speaker=speaker, why="no voice is enrolled that it could be compared with")
    score, nearest = scores[0]
    doubt = _doubt(voiceprint, scores, settings)
    if not doubt and given[nearest] != speaker:
        doubt = f"{given[nearest]} is {nearest} already, and sounds more like it"
    return Identity(
        speaker=speaker,
        name=None if doubt else nearest,
        nearest=nearest,
        score=round(score, 3),
        why=doubt or f"{score:.2f} like the enrolled voice of {nearest}",
    )


def _doubt(voiceprint: VoicePrint, scores: list[tuple[float, str]], settings: IdentifyConfig) -> str | None:
    """Why the best score names nobody, in words; None when it does."""
    if voiceprint.seconds < SHORTEST:
        return f"only {voiceprint.seconds:.1f} s of speech without another voice, {SHORTEST:g} s are needed"
    if scores[0][0] < settings.threshold:
        return f"{scores[0][0]:.2f} is under the threshold of {settings.threshold:g}"
    if len(scores) > 1 and scores[0][0] - scores[1][0] < settings.margin:
        return f"{scores[1][1]} is nearly as like ({scores[1][0]:.2f})"
    return None
