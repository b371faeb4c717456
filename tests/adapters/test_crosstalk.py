"""Each track's own person is told from those who are only overheard, however the microphones are set."""

from __future__ import annotations

import numpy as np
import pytest
from track_samples import RATE, Conversation, Sound, converse, microphones, mumble

from pipeline.adapters import crosstalk
from pipeline.adapters.timeline import HOP, Aligned
from pipeline.multitrack.clocks import Clock

TWO = converse(60, seed=3)
THREE = converse(90, 3, seed=4)


def heard(sounds: list[Sound], **options: bool) -> list[np.ndarray]:
    levels = [crosstalk.measure(Aligned(sound, Clock()), len(sound)) for sound in sounds]
    return list(crosstalk.find_voices(levels, **options))


def talking(talk: Conversation, person: int) -> np.ndarray:
    flags = np.zeros(-(-len(talk.voices[0]) // HOP), bool)
    for start, end, speaker in talk.turns:
        if speaker == person:
            flags[round(start * RATE / HOP) : round(end * RATE / HOP)] = True
    return flags


CASES = [
    ("a quiet room", TWO, {"bleed": -18.0}),
    ("close together", TWO, {"bleed": -10.0}),
    ("headphones", TWO, {"bleed": -40.0}),
    ("two rooms", TWO, {"bleed": None}),
    ("one set 25 dB lower", TWO, {"gains": (0.0, -25.0)}),
    ("one set higher, close together", TWO, {"bleed": -12.0, "gains": (-20.0, 0.0)}),
    ("noise", TWO, {"noise": -48.0}),
    ("three at a table", THREE, {}),
    ("three, set differently", THREE, {"gains": (0.0, -12.0, 8.0)}),
]


@pytest.mark.parametrize(("talk", "room"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_person_is_kept_and_the_others_are_not(talk: Conversation, room: dict[str, object]) -> None:
    found = heard(microphones(talk, **room))  # type: ignore[arg-type]
    for person, flags in enumerate(found):
        own = talking(talk, person)
        others = np.any([talking(talk, other) for other in range(len(found)) if other != person], axis=0) & ~own
        assert flags[own].mean() > 0.95
        assert flags[others].mean() < 0.02


def test_two_who_talk_at_once_are_both_kept() -> None:
    talk = Conversation((mumble(20, 1), mumble(20, 2)), ())
    talk.voices[0][: RATE * 4] = talk.voices[1][-RATE * 6 :] = 0
    first, second = heard(microphones(talk))
    both = slice(5 * RATE // HOP, 13 * RATE // HOP)
    assert first[both].mean() > 0.95
    assert second[both].mean() > 0.95


@pytest.mark.parametrize("silent", [0, 1])
def test_somebody_who_never_talks_has_no_voice_however_much_bleeds_over(silent: int) -> None:
    talk = converse(40, seed=5)
    talk.voices[silent][:] = 0
    found = heard(microphones(talk))
    assert not found[silent].any()
    assert found[1 - silent].any()


def test_a_guest_who_says_little_is_heard() -> None:
    talk = converse(120, seed=6, shares=(1.0, 0.0))
    said = mumble(1.5, 7)
    at = round((talk.turns[8][1] + 0.1) * RATE)
    talk.voices[0][at - 1600 : at + len(said) + 1600] = 0
    talk.voices[1][at : at + len(said)] = said
    found = heard(microphones(talk))[1]
    assert found[at // HOP : (at + len(said)) // HOP].mean() > 0.95
    assert found.sum() * HOP / RATE < 2.5


def test_the_same_sound_on_both_tracks_silences_neither() -> None:
    mixed = microphones(TWO, bleed=0.0)
    assert all(flags[talking(TWO, 0) | talking(TWO, 1)].mean() > 0.95 for flags in heard([mixed[0], mixed[0].copy()]))


@pytest.mark.parametrize("share", [0.06, 0.5])
def test_a_recorder_that_was_not_on_yet_or_is_gated_misleads_nobody(share: float) -> None:
    first, second = microphones(TWO)
    second[: round(len(second) * share)] = 0
    flags = heard([first, second])[1]
    assert flags[talking(TWO, 0) & ~talking(TWO, 1)].mean() < 0.02
    late = slice(round(len(flags) * share) + 10, None)
    assert flags[late][talking(TWO, 1)[late]].mean() > 0.95


def test_without_suppression_everything_that_sounds_is_kept() -> None:
    first, _ = heard(microphones(TWO), crosstalk=False)
    assert first[talking(TWO, 1)].mean() > 0.9


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("digital silence", np.zeros(5 * RATE, np.float32)),
        ("steady noise", np.random.default_rng(1).standard_normal(5 * RATE).astype(np.float32) * 0.02),
        ("far too quiet", mumble(5, 1) * np.float32(0.001)),
        ("nothing", np.zeros(0, np.float32)),
    ],
    ids=str,
)
def test_a_track_without_a_voice_is_silent(name: str, sound: Sound) -> None:
    assert crosstalk.is_silent(crosstalk.measure(Aligned(sound, Clock()), len(sound)))


def test_a_voice_is_not_silent() -> None:
    assert not crosstalk.is_silent(crosstalk.measure(Aligned(mumble(5, 1), Clock()), 5 * RATE))


# -- sides of a stereo file ----------------------------------------------------------------------------


def room(talk: Conversation) -> tuple[Sound, Sound]:
    """Two people before a pair of microphones: everybody on both sides, a bit louder on the nearer."""
    left, right = talk.voices
    return left + 0.5 * np.roll(right, 12), 0.5 * np.roll(left, 12) + right


def music(seed: int) -> tuple[Sound, Sound]:
    """Notes that wander between the sides over a bass in the middle."""
    rng = np.random.default_rng(seed)
    left, right = np.zeros(30 * RATE, np.float32), np.zeros(30 * RATE, np.float32)
    for at in range(0, 30 * RATE, RATE // 4):
        time = np.arange(RATE // 4) / RATE
        note = (np.sin(2 * np.pi * rng.choice([220, 277, 330, 440]) * time) * np.exp(-6 * time)).astype(
            np.float32
        ) * 0.1
        side = rng.random()
        left[at : at + len(note)] += note * side
        right[at : at + len(note)] += note * (1 - side)
    bass = np.sin(2 * np.pi * 130 * np.arange(30 * RATE) / RATE).astype(np.float32) * 0.01
    return left + bass, right + bass


SIDES = [
    ("a microphone a side", tuple(microphones(TWO)), True),
    ("a microphone a side, close together", tuple(microphones(TWO, bleed=-12.0)), True),
    ("a call, a person a side", tuple(microphones(TWO, bleed=None)), True),
    ("both in the middle", (TWO.voices[0] + TWO.voices[1],) * 2, False),
    ("a pair of microphones in a room", room(TWO), False),
    ("music", music(1), False),
    ("one person, the other side noise", tuple(microphones(converse(40, seed=8, shares=(1.0, 0.0)), bleed=None)), False),
    ("one dead side", (TWO.voices[0], np.zeros_like(TWO.voices[0])), False),
]  # fmt: skip


@pytest.mark.parametrize(("sides", "expected"), [case[1:] for case in SIDES], ids=[case[0] for case in SIDES])
def test_sides_are_two_people_only_when_they_take_turns(sides: tuple[Sound, Sound], expected: bool) -> None:
    levels = [crosstalk.measure(Aligned(side, Clock()), len(side)) for side in sides]
    assert crosstalk.hold_two_people(*levels) is expected
