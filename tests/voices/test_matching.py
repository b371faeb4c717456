"""A voice gives a name only when it is sure: like enough, liker than any other, and to one speaker."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voice_samples import at

from pipeline.config import EnrolledVoice, IdentifyConfig, VoiceSample
from pipeline.models import Identities, Identity, VoicePrint, Voices
from pipeline.stages import identify
from pipeline.store import Workspace
from pipeline.voices.matching import average, compare


def known(name: str, *prints: VoicePrint, weights: str = "w") -> EnrolledVoice:
    samples = tuple(
        VoiceSample(source=f"{at}.wav", sha256="0", voiceprint=voiceprint) for at, voiceprint in enumerate(prints)
    )
    return EnrolledVoice(name=name, model="m", weights=weights, samples=samples)


def heard(*prints: VoicePrint) -> Voices:
    return Voices(weights="w", prints={f"SPEAKER_{at:02d}": voiceprint for at, voiceprint in enumerate(prints)})


def names(found: Identities) -> list[str | None]:
    return [one.name for one in found.root]


ADA, BEN = known("Ada", at(0)), known("Ben", at(90))
DECISIONS = [
    ("each their own", (at(5), at(85)), (ADA, BEN), ["Ada", "Ben"], "1.00 like the enrolled voice of Ada"),
    ("at the threshold", (at(45),), (ADA,), ["Ada"], "0.71 like"),
    ("under the threshold", (at(46),), (ADA,), [None], "0.69 is under the threshold of 0.7"),
    ("between two voices", (at(44),), (ADA, BEN), [None], "Ben is nearly as like (0.69)"),
    ("two who sound like one", (at(20), at(10)), (ADA,), [None, "Ada"], "SPEAKER_01 is Ada already"),
    ("too little said", (at(0, seconds=2.9),), (ADA,), [None], "only 2.9 s of speech"),
    ("twins enrolled", (at(0),), (ADA, known("Eda", at(3))), [None], "Eda is nearly as like"),
    ("other weights", (at(0),), (known("Ada", at(0), weights="old"),), [None], "no voice is enrolled"),
    ("the mean of several samples", (at(50),), (known("Ada", at(0), at(60)),), ["Ada"], "0.94 like"),
]


@pytest.mark.parametrize(("speakers", "enrolled", "expected", "why"), [case[1:] for case in DECISIONS],
                         ids=[case[0] for case in DECISIONS])  # fmt: skip
def test_who_is_named_by_voice(
    work: Workspace,
    speakers: tuple[VoicePrint, ...],
    enrolled: tuple[EnrolledVoice, ...],
    expected: list[str | None],
    why: str,
) -> None:
    found = identify.run(work, heard(*speakers), enrolled, IdentifyConfig())
    assert names(found) == expected
    assert why in found.root[0].why


def test_an_unsure_speaker_is_told_with_the_nearest_voice(work: Workspace) -> None:
    (one,) = identify.run(work, heard(at(50)), (ADA,), IdentifyConfig()).root
    assert one == Identity(speaker="SPEAKER_00", nearest="Ada", score=0.643, why="0.64 is under the threshold of 0.7")


def test_threshold_and_margin_are_settings(work: Workspace) -> None:
    assert names(identify.run(work, heard(at(50)), (ADA,), IdentifyConfig(threshold=0.6))) == ["Ada"]
    assert names(identify.run(work, heard(at(44)), (ADA, BEN), IdentifyConfig(margin=0.0))) == ["Ada"]


def test_a_voice_of_another_model_is_told_about() -> None:
    told: list[str] = []
    work = Workspace.__new__(Workspace)
    object.__setattr__(work, "notice", told.append)
    identify.run(work, heard(at(0)), (known("Ada", at(0), weights="old"), BEN), IdentifyConfig())
    assert told == ["the voice of Ada was enrolled with another model: remove it and add it again"]


def test_without_voice_prints_nothing_is_said(work: Workspace) -> None:
    assert identify.run(work, Voices(weights="w"), (ADA,), IdentifyConfig()) == Identities(())


directions = st.builds(at, st.floats(0, 360), st.floats(0.5, 60))


@given(st.lists(directions, max_size=5), st.lists(directions, max_size=5), st.floats(0.1, 0.9), st.floats(0, 0.3))
def test_no_name_is_given_twice_or_under_the_threshold(
    speakers: list[VoicePrint], enrolled: list[VoicePrint], threshold: float, margin: float
) -> None:
    people = tuple(known(f"P{at}", voiceprint) for at, voiceprint in enumerate(enrolled))
    found = identify.run(
        Workspace.__new__(Workspace), heard(*speakers), people, IdentifyConfig(threshold=threshold, margin=margin)
    )
    given_names = [one for one in found.root if one.name]
    assert len({one.name for one in given_names}) == len(given_names)
    assert all(one.name == one.nearest and (one.score or 0) >= threshold - 1e-3 for one in given_names)
    assert [one.speaker for one in found.root] == [f"SPEAKER_{at:02d}" for at in range(len(speakers))]


@given(st.lists(directions, min_size=1, max_size=6))
def test_an_average_has_unit_length_and_is_like_all_of_them_when_they_are_alike(prints: list[VoicePrint]) -> None:
    mean = average(prints)
    assert hypot(*mean) == pytest.approx(1, abs=1e-6) or hypot(*mean) < 1e-6
    assert compare(average(prints[:1]), prints[0].vector) == pytest.approx(1)
