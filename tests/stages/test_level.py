"""Speakers end at one loudness, and nobody hears the gain change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from audio_samples import ffmpeg
from level_samples import Talk, gain_at, prepared, pumping, raised, talk
from track_samples import RATE, converse, microphones, sources, write_wav

from pipeline.adapters import kweighting, speaker_levels
from pipeline.config import LevelConfig
from pipeline.models import Levels, Turn, Turns
from pipeline.stages import level, prepare
from pipeline.store import Workspace, to_json

SETTINGS = LevelConfig()
HOST_AND_GUEST = [("host", 6.0, -14.0), ("guest", 7.0, -32.0)] * 4


def run(work: Workspace, given: Talk, settings: LevelConfig = SETTINGS) -> Levels:
    return level.run(work, prepared(work, given.sound), given.turns, settings)


def test_a_loud_host_and_a_quiet_guest_end_within_two_units_of_each_other(work: Workspace) -> None:
    given = talk(HOST_AND_GUEST)
    levels = run(work, given)
    sound = raised(given.sound, levels)
    assert given.of("host") - given.of("guest") == pytest.approx(18, abs=1)
    assert given.of("host", sound) == pytest.approx(given.of("guest", sound), abs=1)
    assert [one.speaker for one in levels.speakers] == ["host", "guest"]
    assert [one.loudness for one in levels.speakers] == pytest.approx([-14, -32], abs=0.5)


@pytest.mark.parametrize("pause", [0.1, 0.4, 2.0])
def test_ramps_lie_in_pauses_and_take_100_to_300_ms(work: Workspace, pause: float) -> None:
    given = talk(HOST_AND_GUEST, pause=pause)
    envelope = run(work, given, LevelConfig(follow=False)).envelope
    assert len(envelope) == 2 * (len(HOST_AND_GUEST) - 1)
    for begin, end in zip(envelope[::2], envelope[1::2], strict=True):
        assert 0.099 <= end.at - begin.at <= 0.301
        middle = (begin.at + end.at) / 2
        assert not any(turn.start + 0.15 < middle < turn.end - 0.15 for turn in given.turns.root)
    assert pumping(envelope, given.turns) == 0


def test_turns_that_are_not_exact_still_change_gain_in_the_pause(work: Workspace) -> None:
    given = talk(HOST_AND_GUEST, pause=0.5)
    late = Turns(
        tuple(turn.model_copy(update={"start": turn.start + 0.3, "end": turn.end + 0.3}) for turn in given.turns.root)
    )
    envelope = run(work, Talk(given.sound, late), LevelConfig(follow=False)).envelope
    assert pumping(envelope, given.turns, inside=0.1) == 0


def test_a_loud_word_into_a_quiet_speakers_turn_is_not_raised_with_it(work: Workspace) -> None:
    given = talk(HOST_AND_GUEST)
    guest = given.turns.root[3]
    said = slice(round((guest.start + 3) * RATE), round((guest.start + 4) * RATE))
    given.sound[said] += given.sound[2 * RATE : 3 * RATE]
    both = Turn(start=guest.start + 3, end=guest.start + 4, speaker="host")
    turns = Turns(tuple(sorted([*given.turns.root, both], key=lambda turn: turn.start)))
    levels = level.run(work, prepared(work, given.sound), turns, SETTINGS)
    assert gain_at(levels.envelope, [guest.start + 3.5]) == pytest.approx(0, abs=1)
    assert gain_at(levels.envelope, [guest.start + 1.5, guest.start + 5.5]) == pytest.approx(18, abs=1.5)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ([("a", 8.0, -30.0)], "one speaker"),
        ([("a", 8.0, -20.0), ("a", 8.0, -40.0)], "one speaker at two levels"),
        ([("a", 8.0, -20.0), ("b", 2.0, -30.0)], "too little of the other to say"),
        ([("a", 8.0, -20.0), ("b", 8.0, -20.0)], "equally loud"),
    ],
)
def test_nothing_happens_without_two_levels_to_compare(
    work: Workspace, order: list[tuple[str, float, float]], why: str
) -> None:
    assert run(work, talk(order)).envelope == (), why


def test_nothing_happens_without_turns_or_when_it_is_switched_off(work: Workspace) -> None:
    given = talk(HOST_AND_GUEST)
    assert level.run(work, prepared(work, given.sound), Turns(()), SETTINGS) == Levels()
    off = run(work, given, LevelConfig(enabled=False))
    assert off.envelope == ()
    assert [one.gain for one in off.speakers] == [0, 0]


def test_whoever_hardly_speaks_gets_no_gain_of_their_own_and_is_not_blown_up(work: Workspace) -> None:
    given = talk([("host", 6.0, -14.0), ("guest", 7.0, -32.0), ("caller", 1.0, -14.0), ("host", 6.0, -14.0)] * 2)
    levels = run(work, given)
    caller = given.turns.root[2]
    assert levels.speakers[2].gain == 0
    assert gain_at(levels.envelope, [caller.start + 0.5]) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    ("quiet", "noise", "most", "gain"),
    [
        (-32.0, -75.0, 24.0, 18.0),
        (-32.0, -75.0, 6.0, 6.0),
        (-50.0, -90.0, 24.0, 24.0),
        # Noise 10 LU under a guest would be 10 LU under everybody: it stays 18 below.
        (-32.0, -44.0, 24.0, 8.0),
    ],
)
def test_gain_has_bounds_and_so_has_the_noise_that_it_raises(
    work: Workspace, quiet: float, noise: float, most: float, gain: float
) -> None:
    given = talk([("host", 6.0, -14.0), ("guest", 7.0, quiet)] * 2, noise=noise)
    assert run(work, given, LevelConfig(most=most)).speakers[1].gain == pytest.approx(gain, abs=2.5)


def test_somebody_who_leans_back_is_followed_slowly_and_never_while_speaking(work: Workspace) -> None:
    away = [("guest", 10.0, level) for level in (-22.0, -23.0, -25.0, -27.0, -29.0, -31.0, -31.0, -31.0)]
    given = talk([("host", 8.0, -20.0), *away, ("host", 8.0, -20.0)])
    guest = [turn for turn in given.turns.root if turn.speaker == "guest"]

    def spread(levels: Levels) -> float:
        sound = raised(given.sound, levels)
        first, last = (Talk(sound, Turns((turn,))).of("guest") for turn in (guest[0], guest[-1]))
        return first - last

    follows, stays = run(work, given), run(work, given, LevelConfig(follow=False))
    assert spread(stays) == pytest.approx(9, abs=1)
    assert spread(follows) < 6
    assert pumping(follows.envelope, given.turns) == 0
    steps = np.abs(np.diff([point.gain for point in follows.envelope if guest[0].start < point.at < guest[-1].end]))
    assert steps.max() < 4


def test_a_steady_speaker_is_not_followed(work: Workspace) -> None:
    given = talk([("host", 8.0, -20.0), *[("guest", 10.0, -28.0)] * 8])
    assert run(work, given).envelope == run(work, given, LevelConfig(follow=False)).envelope


def test_the_envelope_is_a_few_points_a_turn_and_the_same_every_time(tmp_path: Path) -> None:
    given = talk(HOST_AND_GUEST)
    one, other = (run(Workspace(tmp_path / name), given) for name in ("one", "other"))
    assert to_json(one) == to_json(other)
    assert len(one.envelope) <= 3 * len(given.turns.root)


@pytest.mark.parametrize(("noise", "expected"), [(-50.0, -47.6), (-65.0, -62.6)])
def test_steady_noise_is_measured_in_the_pauses(work: Workspace, noise: float, expected: float) -> None:
    # Noise at 16 kHz fills 8 of the 22 kHz that the figure is for: it would hiss as much at 4.4 dB more.
    given = talk(HOST_AND_GUEST, noise=noise)
    assert run(work, given).noise == pytest.approx(noise + 4.4, abs=0.7)


def test_pauses_that_are_not_steady_hold_no_noise(work: Workspace) -> None:
    given = talk(HOST_AND_GUEST, noise=-75.0)
    beat = np.arange(len(given.sound)) // (RATE // 5) % 2
    music = np.random.default_rng(3).standard_normal(len(given.sound)) * np.where(beat, 0.05, 0.002)
    assert run(work, Talk(given.sound + music.astype(np.float32), given.turns)).noise is None


# -- several microphones -------------------------------------------------------------------------------


def tracks(work: Workspace, folder: Path, gains: tuple[float, float], given: tuple[float | None, ...] = ()) -> Levels:
    folder.mkdir(parents=True, exist_ok=True)
    heard = microphones(converse(40, seed=2), gains=gains)
    paths = [write_wav(folder / f"{at}.wav", sound) for at, sound in enumerate(heard)]
    audio = prepare.run(work, sources(*paths))
    return level.run(work, audio, Turns(()), SETTINGS, given)


def test_a_quiet_microphone_is_raised_to_the_others(work: Workspace, tmp_path: Path) -> None:
    levels = tracks(work, tmp_path, (0, -15))
    assert [one.gain for one in levels.speakers] == [pytest.approx(0, abs=1), pytest.approx(15, abs=1)]
    loudest = [max(point.gain for point in envelope) for envelope in levels.tracks]
    assert loudest == [pytest.approx(one.gain, abs=0.01) for one in levels.speakers]


def test_a_gain_that_somebody_chose_stands(work: Workspace, tmp_path: Path) -> None:
    levels = tracks(work, tmp_path, (0, -15), (None, 3.0))
    assert levels.speakers[1].gain == 3.0


def test_a_microphone_is_turned_down_while_only_others_speak_and_somebodys_is_always_open(
    work: Workspace, tmp_path: Path
) -> None:
    talked = converse(40, seed=2)
    levels = tracks(work, tmp_path, (0, 0))
    times = list(np.arange(1, 39, 0.05))
    depths = [gain_at(envelope, times) - max(point.gain for point in envelope) for envelope in levels.tracks]
    assert np.max(depths, axis=0).min() > -1
    for start, end, person in talked.turns:
        middle = np.flatnonzero((np.array(times) > start + 0.05) & (np.array(times) < end - 0.05))
        assert depths[person][middle].min() > -0.5
    assert np.mean(depths[0] < -14) > 0.2


def test_people_on_a_real_telephone_end_within_two_units(work: Workspace, shared_data: Path) -> None:
    folder = shared_data / "speech"
    pcm = ffmpeg("-i", str(folder / "sample.wav"), "-ac", "1", "-ar", "16000", "-f", "f32le", target=work_file(work))
    sound = np.fromfile(pcm, "<f4")
    rows = [line.split() for line in (folder / "sample.rttm").read_text().splitlines()]
    turns = Turns(tuple(Turn(start=float(row[3]), end=float(row[3]) + float(row[4]), speaker=row[7]) for row in rows))
    first, second = sorted({turn.speaker for turn in turns.root})
    apart = sound.copy()
    for turn in turns.root:
        if turn.speaker == second:
            apart[round(turn.start * RATE) : round(turn.end * RATE)] *= 0.25
    levels = level.run(work, prepared(work, apart), turns, SETTINGS)
    power = kweighting.measure_power(raised(apart, levels))
    heard = {one.speaker: one.loudness for one in speaker_levels.measure_voices(power, turns.root)}
    before = {one.speaker: one.loudness for one in levels.speakers}
    assert abs((before[first] or 0) - (before[second] or 0)) > 6
    assert abs((heard[first] or 0) - (heard[second] or 0)) < 2


def work_file(work: Workspace) -> Path:
    work.folder.mkdir(parents=True, exist_ok=True)
    return work.folder / "shared.f32"
