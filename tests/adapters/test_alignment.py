"""Tracks are laid together by what both microphones hear, to the millisecond; without common sound they stay."""

from __future__ import annotations

import numpy as np
import pytest
from track_samples import RATE, Sound, converse, decibels, microphones, mumble, record

from pipeline.adapters import alignment
from pipeline.adapters.alignment import Match

TALK = converse(150, seed=1)


def matched(first: Sound, second: Sound) -> Match | None:
    return alignment.match(alignment.flatten(first), alignment.flatten(second))


CASES = [
    ("together", 0.0, 0.0, -18.0, 0.003),
    ("a moment later", 1.7, 40.0, -18.0, 0.003),
    ("half a minute later", 31.25, -100.0, -18.0, 0.003),
    ("a fast clock", 0.4, 100.0, -12.0, 0.001),
    ("hardly to be heard", 2.0, 20.0, -40.0, 0.005),
    ("over a network", 1.0, 0.0, -30.0, 0.12),
]


@pytest.mark.parametrize(("start", "drift", "bleed", "delay"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_start_and_clock_are_found(start: float, drift: float, bleed: float, delay: float) -> None:
    host, guest = microphones(TALK, bleed=bleed, delay=delay)
    found = matched(host, record(guest, start, drift))
    assert found is not None
    assert found.agreeing >= 0.8 * found.places
    for time in (start, TALK.seconds):
        assert found.clock.to_track(time) == pytest.approx((time - start) * (1 + drift * 1e-6), abs=0.002)


def test_a_track_that_began_earlier_is_found_too() -> None:
    host, guest = microphones(TALK)
    found = matched(record(host, 12.0), guest)
    assert found is not None
    assert found.clock.start == pytest.approx(-12.0, abs=0.002)


def test_recorders_that_began_minutes_apart_are_found() -> None:
    talk = converse(260, seed=2)
    host, guest = microphones(talk)
    found = matched(host, record(guest, 140.0, 30.0))
    assert found is not None
    assert found.clock.start == pytest.approx(140.0, abs=0.002)


def test_bleed_in_one_direction_is_enough() -> None:
    isolated, _ = microphones(TALK, bleed=None)
    _, open_air = microphones(TALK, bleed=-20.0)
    found = matched(isolated, record(open_air, 3.0))
    assert found is not None
    assert found.clock.start == pytest.approx(3.0, abs=0.005)


def hum(sound: Sound) -> Sound:
    time = np.arange(len(sound)) / RATE
    return sound + sum(np.sin(2 * np.pi * tone * time) for tone in range(50, 1500, 50)).astype(np.float32) * 0.01


@pytest.mark.parametrize("name", ["two quiet rooms", "the same mains hum", "digital silence", "a clap in both"])
def test_weak_evidence_moves_nothing(name: str) -> None:
    host, guest = microphones(TALK, bleed=None)
    if name == "the same mains hum":
        host, guest = hum(host), hum(guest)
    elif name == "digital silence":
        guest = np.zeros_like(guest)
    elif name == "a clap in both":
        clap = mumble(0.2, 9) * decibels(12)
        host[RATE * 20 : RATE * 20 + len(clap)] += clap
        guest[RATE * 22 : RATE * 22 + len(clap)] += clap
    assert matched(host, record(guest, 1.0)) is None


@pytest.mark.parametrize("seconds", [0.0, 0.05, 1.0, 4.0])
def test_what_is_too_short_to_compare_is_left_alone(seconds: float) -> None:
    short = mumble(4, 1)[: round(seconds * RATE)]
    other = mumble(4, 2)[: round(seconds * RATE)]
    assert matched(short, other) is None


def test_sides_of_one_recording_share_sound_or_do_not() -> None:
    room = [alignment.flatten(sound) for sound in microphones(TALK, bleed=-20.0)]
    apart = [alignment.flatten(sound) for sound in microphones(TALK, bleed=None)]
    assert alignment.share_sound(*room)
    assert not alignment.share_sound(*apart)
