"""A file for each person, or a person on each side of one: one timeline, each voice on its own track, nothing lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from audio_samples import cut, ffmpeg, make
from track_samples import RATE, Conversation, Sound, converse, decibels, microphones, mumble, record, sources, write_wav

from pipeline.adapters import speech
from pipeline.adapters.speech import Stretch
from pipeline.config import Placement, PrepareConfig
from pipeline.errors import InputError
from pipeline.models import Blob, PreparedAudio
from pipeline.stages import prepare
from pipeline.store import Workspace, to_json

TALK = converse(40, seed=11)


def sound(work: Workspace, blob: Blob) -> Sound:
    return np.frombuffer(work.path(blob).read_bytes(), "<f4")


def tracks(folder: Path, talk: Conversation = TALK, *, start: float = 0.0, drift: float = 0.0) -> tuple[Path, ...]:
    host, *guests = microphones(talk)
    made = [write_wav(folder / "host.wav", host)]
    for number, guest in enumerate(guests, 1):
        made.append(write_wav(folder / f"guest{number}.wav", record(guest, start * number, drift)))
    return tuple(made)


@pytest.fixture
def told(work: Workspace) -> list[str]:
    """The notices of `listening`."""
    return []


@pytest.fixture
def listening(work: Workspace, told: list[str]) -> Workspace:
    return Workspace(work.folder, notice=told.append)


def share_kept(work: Workspace, made: PreparedAudio, at: int, talk: Conversation, person: int) -> float:
    """How much of the sound while only `person` talks is on a track."""
    own = sound(work, made.tracks[at].pcm)
    alone = np.zeros(len(own), bool)
    for start, end, speaker in talk.turns:
        if speaker == person:
            alone[round((start + 0.3) * RATE) : round((end - 0.3) * RATE)] = True
    for start, end, speaker in talk.turns:
        if speaker != person:
            alone[round((start - 0.3) * RATE) : round((end + 0.3) * RATE)] = False
    return float(np.mean(own[alone] != 0))


def test_each_track_has_its_own_persons_voice_on_one_timeline(
    listening: Workspace, told: list[str], tmp_path: Path
) -> None:
    made = prepare.run(listening, sources(*tracks(tmp_path, start=2.5)))
    assert [track.label for track in made.tracks] == ["TRACK_01", "TRACK_02"]
    assert [track.start for track in made.tracks] == [0, pytest.approx(2.5, abs=0.003)]
    assert made.duration == pytest.approx(40, abs=0.01)
    assert (made.channels, made.mix, made.stereo) == (1, "both", False)
    for person in (0, 1):
        assert share_kept(listening, made, person, TALK, person) > 0.95
        assert share_kept(listening, made, 1 - person, TALK, person) < 0.02
        assert made.tracks[person].voiced == pytest.approx(20, abs=8)
    mixed = sound(listening, made.pcm)
    assert len(mixed) == made.duration * RATE
    assert told == ["guest1.wav: begins 2.500 s after host.wav; 147 of 147 places agree"]


def test_the_earliest_recorder_begins_the_episode(work: Workspace, tmp_path: Path) -> None:
    host, guest = microphones(TALK)
    late = write_wav(tmp_path / "host.wav", record(host, 3.0))
    made = prepare.run(work, sources(late, write_wav(tmp_path / "guest.wav", guest)))
    assert [track.start for track in made.tracks] == [pytest.approx(3.0, abs=0.003), 0]


def test_a_third_track_may_be_placed_by_the_second(work: Workspace, tmp_path: Path) -> None:
    talk = converse(60, 3, seed=12)
    near, far, between = microphones(talk, bleed=None)
    between, far = between + far * decibels(-20), far + between * decibels(-20)
    near, far = near + far * decibels(-25), far
    files = [near, record(between, 4.0), record(far, 1.0)]
    made = prepare.run(work, sources(*(write_wav(tmp_path / f"{at}.wav", one) for at, one in enumerate(files))))
    assert [track.start for track in made.tracks] == pytest.approx([0, 4.0, 1.0], abs=0.005)


def test_the_same_tracks_give_the_same_bytes(tmp_path: Path) -> None:
    given = sources(*tracks(tmp_path, start=1.0))
    first, second = (prepare.run(Workspace(tmp_path / name), given) for name in ("one", "two"))
    assert to_json(first) == to_json(second)


def test_isolated_tracks_begin_together_unless_somebody_says_otherwise(
    listening: Workspace, told: list[str], tmp_path: Path
) -> None:
    files = [write_wav(tmp_path / f"{at}.wav", one) for at, one in enumerate(microphones(TALK, bleed=None))]
    made = prepare.run(listening, sources(*files))
    assert [track.start for track in made.tracks] == [0, 0]
    assert told == [
        "1.wav: shares no sound with the other tracks; it is taken to begin with 0.wav "
        "(tracks: [{}, {offset: 1.5}] in episode.yaml places it)"
    ]
    told.clear()
    placed = prepare.run(listening, sources(*files), placements=(Placement(), Placement(offset=-1.5, drift=20)))
    assert [(track.start, track.drift) for track in placed.tracks] == [(1.5, 0), (0, 20)]
    assert told == []


def test_alignment_and_suppression_can_be_left_out(work: Workspace, tmp_path: Path) -> None:
    given = sources(*tracks(tmp_path, start=2.0))
    made = prepare.run(work, given, PrepareConfig(align=False, crosstalk=False))
    assert [track.start for track in made.tracks] == [0, 0]
    assert share_kept(work, made, 0, TALK, 1) > 0.8


def test_lengths_rates_and_formats_may_differ(work: Workspace, tmp_path: Path) -> None:
    host, guest = tracks(tmp_path, start=1.0)
    stereo = ffmpeg("-i", str(host), "-ac", "2", "-ar", "48000", target=tmp_path / "host.flac")
    small = ffmpeg("-i", str(guest), "-t", "20", "-ar", "32000", "-b:a", "96k", target=tmp_path / "guest.mp3")
    made = prepare.run(work, sources(stereo, small))
    assert made.duration == pytest.approx(40, abs=0.05)
    assert [track.start for track in made.tracks] == [0, pytest.approx(1.0, abs=0.03)]
    assert [len(sound(work, track.pcm)) for track in made.tracks] == [made.duration * RATE] * 2


def test_a_silent_track_is_told_and_the_rest_goes_on(listening: Workspace, told: list[str], tmp_path: Path) -> None:
    host, _ = tracks(tmp_path)
    made = prepare.run(listening, sources(host, write_wav(tmp_path / "muted.wav", np.zeros(10 * RATE, np.float32))))
    assert told == ["muted.wav: nobody is heard on this track; the episode goes on without it"]
    assert not sound(listening, made.tracks[1].pcm).any()
    assert made.tracks[0].voiced > 10


BROKEN = [
    ("missing", lambda path: path.unlink(), "there is no such file"),
    ("empty", lambda path: path.write_bytes(b""), "is empty"),
    ("truncated", lambda path: cut(path, path), "is truncated"),
    ("no recording", lambda path: path.write_text("once upon a time"), "is not an audio or video file"),
]


@pytest.mark.parametrize(("damage", "told_of"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_track_is_named(work: Workspace, tmp_path: Path, damage: object, told_of: str) -> None:
    host, guest = tracks(tmp_path)
    damage(guest)  # type: ignore[operator]
    given = sources(host, host)
    other = given.others[0].model_copy(
        update={"path": str(guest), "size": guest.stat().st_size if guest.exists() else 0}
    )
    with pytest.raises(InputError, match=told_of) as caught:
        prepare.run(work, given.model_copy(update={"others": (other,)}))
    assert str(guest) in caught.value.what
    assert not list(work.folder.glob(".work-*"))


# -- a person on each side -----------------------------------------------------------------------------


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever sounds is speech: the test's mumbling is none to a model."""
    monkeypatch.setattr(
        speech, "find_speech", lambda samples: (Stretch(0, len(samples) / RATE),) if samples.any() else ()
    )


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize("bleed", [-15.0, None], ids=["in a room", "in a call"])
def test_a_person_on_each_side_is_two_tracks(
    listening: Workspace, told: list[str], tmp_path: Path, bleed: float | None
) -> None:
    file = write_wav(tmp_path / "call.wav", *microphones(TALK, bleed=bleed))
    made = prepare.run(listening, sources(file))
    assert [(track.label, track.mix) for track in made.tracks] == [("TRACK_01", "left"), ("TRACK_02", "right")]
    assert (made.mix, made.stereo) == ("both", False)
    assert share_kept(listening, made, 0, TALK, 1) < 0.02
    assert told == [
        "call.wav: has a person on each side, left and right are taken as two tracks (prepare.stereo: mix undoes that)"
    ]


@pytest.mark.usefixtures("speaking")
def test_two_who_talk_all_the_time_a_side_each_are_two_tracks(work: Workspace, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav", mumble(10, 1), mumble(10, 2))
    assert len(prepare.run(work, sources(file)).tracks) == 2


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize("width", [0.0, 0.3, 0.5])
def test_a_room_in_stereo_is_one_recording(work: Workspace, tmp_path: Path, width: float) -> None:
    left, right = TALK.voices
    far = np.float32(1 - width)
    sides = [left + far * np.roll(right, 10), right + far * np.roll(left, 10)]
    assert prepare.run(work, sources(write_wav(tmp_path / "a.wav", *sides))).tracks == ()


def test_sides_without_speech_are_one_recording(work: Workspace, tmp_path: Path) -> None:
    tones = make(
        tmp_path / "a.wav", "aevalsrc=0.1*sin(440*t)*gt(mod(t\\,4)\\,2)|0.1*sin(660*t)*lt(mod(t\\,4)\\,2):d=20"
    )
    assert prepare.run(work, sources(tones)).tracks == ()


def test_the_setting_goes_before_what_is_found(work: Workspace, tmp_path: Path) -> None:
    call = sources(write_wav(tmp_path / "call.wav", *microphones(TALK)))
    assert prepare.run(work, call, PrepareConfig(stereo="mix")).tracks == ()
    room = sources(write_wav(tmp_path / "room.wav", TALK.voices[0], TALK.voices[0] * np.float32(0.9)))
    assert len(prepare.run(work, room, PrepareConfig(stereo="sides")).tracks) == 2


@pytest.mark.real
def test_real_recordings_are_told_apart(root: Path, shared_data: Path, tmp_path: Path) -> None:
    found = {
        path.name: len(prepare.run(Workspace(tmp_path / path.stem), sources(path)).tracks)
        for path in (root / "episodes/demo/recording.mp3", shared_data / "speech/stereo_diarization.wav")
    }
    assert found == {"recording.mp3": 0, "stereo_diarization.wav": 2}


def test_a_recording_in_one_file_is_described_as_it_always_was(work: Workspace, tmp_path: Path) -> None:
    made = prepare.run(work, sources(write_wav(tmp_path / "a.wav", TALK.voices[0])))
    assert made.tracks == ()
    assert "tracks" not in made.model_dump()
    assert PreparedAudio.model_validate_json(to_json(made)) == made
