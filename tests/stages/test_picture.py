"""The stages waveform, picture and audiogram."""

import json
import subprocess
from pathlib import Path

import packaged_samples as sample
import pytest

from pipeline.adapters import audiogram as video
from pipeline.adapters import fonts, pipes
from pipeline.config import MasterConfig, PictureConfig
from pipeline.errors import StageError
from pipeline.models import Clip, ClipPlan, Loudness, Programme
from pipeline.stages import STAGES, audiogram, picture, waveform
from pipeline.store import Workspace

TALK = sample.make_transcript()


@pytest.fixture
def mastered(work):
    level = Loudness(integrated=-16.0, range=4.0, true_peak=-1.0, short_term=(-16.0,) * 16)
    made = sample.make_mastered(sample.make_sound(work, 16.0), 16.0)
    return made.model_copy(update={"before": level, "after": level})


def draw(work, mastered, settings=None, episode=sample.EPISODE, transcript=TALK):
    levels = waveform.run(work, mastered)
    programme = Programme(duration=mastered.duration, times=mastered.times)
    return picture.run(
        work, mastered, levels, programme, transcript, sample.CHAPTERS, sample.make_notes(TALK),
        settings or PictureConfig(), MasterConfig(), episode, "Salt and Brass",
    )  # fmt: skip


def test_pictures_are_made_at_the_listeners_times_and_the_same_again(work, mastered, tmp_path):
    made, plan = draw(work, mastered)
    assert [(one.name, one.role, one.media_type) for one in made.files] == [
        ("waveform.svg", "extra", "image/svg+xml"),
        ("waveform.png", "extra", "image/png"),
    ]
    assert [one.name for one in made.kept] == ["pictures/loudness.svg", "pictures/loudness.png"]
    assert plan == ClipPlan()
    assert "0:06 Brass and iron" in (work.folder / "pictures/waveform.svg").read_text()
    elsewhere = Workspace(tmp_path / "elsewhere")
    sample.make_sound(elsewhere, 16.0)
    assert draw(elsewhere, mastered)[0] == made


def test_settings_switch_pictures_off(work, mastered):
    made, _ = draw(work, mastered, PictureConfig(waveform=False, loudness=False))
    assert (made.files, made.kept) == ((), ())
    assert made.levels is not None


def test_sound_without_loudness_by_the_second_has_no_plot(work, mastered):
    plain = mastered.model_copy(update={"after": mastered.after.model_copy(update={"short_term": ()})})
    assert draw(work, plain)[0].kept == ()


def test_a_new_name_for_a_speaker_does_not_listen_again():
    inputs = {stage.name: stage.inputs for stage in STAGES}
    assert inputs["waveform"] == ("mastered",)
    assert inputs["audiogram"] == ("mastered", "clip", "cover")


def test_what_no_font_can_write_is_told(work, mastered, monkeypatch):
    monkeypatch.setattr(fonts, "_ask_fontconfig", lambda letters, language, bold: None)
    told = []
    listening = Workspace(work.folder, notice=told.append)
    title = "\U00010a00\U00010a01"
    draw(listening, mastered, episode=sample.EPISODE.model_copy(update={"title": title}))
    assert [(title in one, one.partition(" ")[0]) for one in told] == [(True, "waveform.png"), (True, "loudness.png")]


def test_a_wanted_audiogram_without_a_soundbite_is_told_and_none_is_made(work, mastered):
    told = []
    _, plan = draw(Workspace(work.folder, notice=told.append), mastered, PictureConfig(audiogram=True))
    assert "the episode has no soundbite" in told[0]
    assert audiogram.run(work, mastered, plan, sample.make_cover(work.folder)).file is None


@pytest.mark.real
@pytest.mark.parametrize(("shape", "size"), [("square", (1080, 1080)), ("portrait", (1080, 1920))])
def test_an_audiogram_is_a_video_that_any_app_plays_and_the_same_again(work, mastered, shape, size):
    episode = sample.EPISODE.model_copy(update={"soundbites": (Clip(start=6, duration=1.2, title="Brass"),)})
    _, plan = draw(work, mastered, PictureConfig(audiogram=True, shape=shape), episode)
    cover = sample.make_cover(work.folder)
    made = audiogram.run(work, mastered, plan, cover)
    path = work.path(made.file.blob)
    shown = ["-show_entries", "stream=codec_name,pix_fmt,width,height:format=duration", "-of", "json"]
    found = json.loads(subprocess.run(["ffprobe", "-v", "error", *shown, path], capture_output=True, check=True).stdout)
    picture_stream, sound = found["streams"]
    assert (picture_stream["codec_name"], picture_stream["pix_fmt"], sound["codec_name"]) == ("h264", "yuv420p", "aac")
    assert (picture_stream["width"], picture_stream["height"]) == size
    assert float(found["format"]["duration"]) == pytest.approx(1.2, abs=0.05)
    assert path.read_bytes().index(b"moov") < path.read_bytes().index(b"mdat")
    if shape == "square":
        assert audiogram.run(work, mastered, plan, cover) == made


def test_an_ffmpeg_without_h264_is_told_before_anything_is_drawn(work, mastered, monkeypatch):
    monkeypatch.setattr(pipes, "has_encoder", lambda name: False)
    episode = sample.EPISODE.model_copy(update={"soundbites": (Clip(start=6, duration=2),)})
    _, plan = draw(work, mastered, PictureConfig(audiogram=True), episode)
    with pytest.raises(StageError, match="without libx264"):
        video.render(plan.storyboard, work.path(mastered.audio), Path(), Path(), work.progress)
