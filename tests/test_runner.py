"""What reruns and why, what a crash leaves behind, and what a second run finds. The stages here are small fakes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import runner
from pipeline.config import EpisodeConfig, Glossary, Overrides, PipelineConfig, PublishConfig, Settings, Show, Term
from pipeline.errors import InputError, StageError
from pipeline.job import COLLECTIONS
from pipeline.models import Chapter, Chapters, PreparedAudio, SourceFile, Transcript
from pipeline.runner import Job
from pipeline.stages import ARTIFACTS, STAGES
from pipeline.stages.base import Stage
from pipeline.store import Workspace


def _prepare(work: Workspace, source: SourceFile) -> PreparedAudio:
    work.progress(1, 2)
    pcm = work.keep_bytes(Path(source.path).read_bytes(), "audio.f32")
    return PreparedAudio(pcm=pcm, sample_rate=16000, duration=1, channels=1, source_rate=16000, codec="pcm")


def _transcribe(work: Workspace, audio: PreparedAudio, language: str | None) -> Transcript:
    return Transcript(language=language or "en", duration=1, model=work.path(audio.pcm).read_text(), segments=())


def _correct(work: Workspace, heard: Transcript, glossary: Glossary) -> Transcript:
    names = ",".join(term.term for term in glossary.terms if term.kind != "place")
    return heard.model_copy(update={"model": f"{heard.model}+{names}"})


def _chapters(work: Workspace, transcript: Transcript) -> Chapters:
    return Chapters(chapters=(Chapter(start=0, title=transcript.model),))


FAKES = (
    Stage("prepare", 1, ("source",), ("audio",), _prepare),
    Stage("transcribe", 1, ("audio",), ("heard",), _transcribe, {"language": "episode.language"}),
    Stage("correct", 1, ("heard",), ("transcript",), _correct, {"glossary": "glossary"}),
    Stage("chapters", 1, ("transcript",), ("chapters",), _chapters),
)


def make_settings(**changes: Any) -> Settings:
    show = Show.model_validate(
        {"title": "S", "description": "d", "author": "a", "owner": {"name": "a", "email": "a@b"},
         "link": "https://example.org", "categories": ["Technology"]}
    )  # fmt: skip
    episode = EpisodeConfig.model_validate({"title": "E", "date": "2026-01-02", "guid": "g", "sources": ["a.wav"]})
    settings = Settings("e", show, Glossary(), PipelineConfig(), PublishConfig(), episode, Overrides())
    return replace(settings, **changes)


@dataclass
class Bench:
    """An episode to run again and again, and what the last run did."""

    job: Job
    ran: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def run(self, stages: tuple[Stage, ...] = FAKES, **options: Any) -> Bench:
        self.ran, self.skipped, self.told = {}, [], []
        runner.run(self.job, report=self._note, stages=stages, **options)
        return self

    def _note(self, event: runner.Event) -> None:
        if isinstance(event, runner.Started):
            self.ran[event.stage] = event.why
        elif isinstance(event, runner.Skipped):
            self.skipped.append(event.stage)
        elif isinstance(event, runner.Noticed):
            self.told.append(f"{event.stage}: {event.text}")

    def set(self, **changes: Any) -> None:
        self.job = replace(self.job, settings=replace(self.job.settings, **changes))

    def artifact(self, name: str) -> Any:
        return json.loads((self.job.build / f"{name}.json").read_text())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "a.wav").write_text("sound")
    return Bench(Job("e", tmp_path / "build", make_settings(), {"source": tmp_path / "a.wav"}))


def test_the_first_run_runs_everything_and_the_second_nothing(bench: Bench) -> None:
    assert bench.run().ran == dict.fromkeys(["prepare", "transcribe", "correct", "chapters"], ("first run",))
    assert bench.run().ran == {}
    assert bench.skipped == ["prepare", "transcribe", "correct", "chapters"]


def test_a_glossary_edit_reruns_only_what_depends_on_it_and_says_so(bench: Bench) -> None:
    bench.run()
    bench.set(glossary=Glossary(terms=(Term(term="Ada"),)))
    assert bench.run().ran == {
        "correct": ("glossary changed (configs/glossary.yaml)",),
        "chapters": ("transcript changed",),
    }
    assert bench.artifact("chapters")["chapters"][0]["title"] == "sound+Ada"


def test_a_stage_that_makes_the_same_again_stops_the_rerun(bench: Bench) -> None:
    bench.run()
    bench.set(glossary=Glossary(terms=(Term(term="Paris", kind="place"),)))
    bench.run()
    bench.set(glossary=Glossary(terms=(Term(term="Rome", kind="place"),)))
    assert list(bench.run().ran) == ["correct"]


WHYS: list[tuple[str, Callable[[Bench], None], dict[str, tuple[str, ...]]]] = [
    ("setting", lambda b: b.set(episode=b.job.settings.episode.model_copy(update={"language": "de"})),
     {"transcribe": ("language changed (episode.yaml)",), "correct": ("heard changed",), "chapters": ("transcript changed",)}),
    ("recording", lambda b: b.job.sources["source"].write_text("other"),
     {"prepare": ("source changed",), "transcribe": ("audio changed",), "correct": ("heard changed",), "chapters": ("transcript changed",)}),
    ("touched recording", lambda b: os.utime(b.job.sources["source"], (1, 1)), {}),
    ("lost artifact", lambda b: (b.job.build / "heard.json").unlink(), {"transcribe": ("heard.json is gone",)}),
    ("damaged blob", lambda b: (b.job.build / "audio.f32").write_text("noise"), {"prepare": ("audio.f32 was damaged or edited",)}),
    ("lost manifest", lambda b: (b.job.build / "manifest.json").unlink(), dict.fromkeys(["prepare", "transcribe", "correct", "chapters"], ("first run",))),
    ("broken manifest", lambda b: (b.job.build / "manifest.json").write_text("{"), dict.fromkeys(["prepare", "transcribe", "correct", "chapters"], ("first run",))),
    ("moved recording", lambda b: b.job.sources["source"].unlink(), {}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in WHYS], ids=[case[0] for case in WHYS])
def test_why_a_stage_runs_again(bench: Bench, change: Callable[[Bench], None], expected: dict[str, Any]) -> None:
    bench.run()
    change(bench)
    assert bench.run().ran == expected
    assert bench.run().ran == {}


def test_a_stage_that_keeps_its_settings_reruns_only_when_asked_and_says_what_holds(bench: Bench) -> None:
    keeping = replace(FAKES[2], keeps="{slug} keeps its names")
    stages = (*FAKES[:2], keeping, FAKES[3])
    bench.run(stages)
    bench.set(glossary=Glossary(terms=(Term(term="Ada"),)))
    assert bench.run(stages).ran == {}
    assert bench.told == ["correct: glossary changed (configs/glossary.yaml): e keeps its names"]
    assert not any(runner.pending(bench.job, stages=stages).values())
    assert list(bench.run(stages, start="correct").ran) == ["correct", "chapters"]
    assert bench.artifact("chapters")["chapters"][0]["title"] == "sound+Ada"
    assert (bench.run(stages).ran, bench.told) == ({}, [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda b: b.job.sources["source"].write_text("other"), "heard changed"),
        (lambda b: (b.job.build / "transcript.json").write_text("{}"), "transcript.json was damaged or edited"),
    ],
    ids=["another recording", "a lost result"],
)
def test_what_a_stage_keeps_are_its_settings_alone(bench: Bench, change: Callable[[Bench], None], why: str) -> None:
    stages = (*FAKES[:2], replace(FAKES[2], keeps="kept"), FAKES[3])
    bench.run(stages)
    change(bench)
    assert bench.run(stages).ran["correct"] == (why,)


def rot(path: Path) -> None:
    """Other bytes, and nothing by which the file system would tell."""
    stat = path.stat()
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize(
    ("file", "edited", "why"),
    [
        ("audio.f32", {"language": "de"}, {"prepare": ("audio.f32 is damaged",), "transcribe": ("language changed (episode.yaml)",)}),
        ("audio.json", {"language": "de"}, {"prepare": ("audio.json is damaged",), "transcribe": ("language changed (episode.yaml)",)}),
        ("heard.json", {"language": "de"}, {"transcribe": ("language changed (episode.yaml)",)}),
        ("audio.f32", {}, {}),
    ],
    ids=["a blob", "an artifact", "one that is made anew anyway", "one that nothing needs"],
)  # fmt: skip
def test_what_rotted_on_the_disk_is_made_again_before_a_stage_uses_it(
    bench: Bench, file: str, edited: dict[str, str], why: dict[str, tuple[str, ...]]
) -> None:
    bench.run()
    rot(bench.job.build / file)
    bench.set(episode=bench.job.settings.episode.model_copy(update=edited))
    bench.run()
    assert {stage: bench.ran[stage] for stage in why} == why
    assert bench.run().ran == {}
    assert set(bench.skipped) == {"prepare", "transcribe", "correct", "chapters"}


def test_rot_in_what_another_run_has_to_make_is_an_error_that_says_so(bench: Bench) -> None:
    bench.run()
    rot(bench.job.build / "audio.f32")
    with pytest.raises(StageError, match=r"audio\.f32 is damaged"):
        bench.run(FAKES[1:], force=True)


def test_an_improved_stage_reruns(bench: Bench) -> None:
    bench.run()
    improved = tuple(replace(stage, version=2) if stage.name == "correct" else stage for stage in FAKES)
    assert bench.run(improved).ran == {"correct": ("this stage was improved",)}


def test_force_from_and_until(bench: Bench) -> None:
    assert list(bench.run(until="transcribe").ran) == ["prepare", "transcribe"]
    assert list(bench.run().ran) == ["correct", "chapters"]
    assert list(bench.run(start="correct").ran) == ["correct", "chapters"]
    assert list(bench.run(force=True, until="transcribe").ran) == ["prepare", "transcribe"]


def test_a_failure_keeps_what_was_finished_and_names_its_place(bench: Bench) -> None:
    def broken(work: Workspace, heard: Transcript, glossary: Glossary) -> Transcript:
        raise InputError("terms are odd", fix="mend them")

    stages = tuple(replace(stage, run=broken) if stage.name == "correct" else stage for stage in FAKES)
    with pytest.raises(InputError, match="e/correct: terms are odd"):
        bench.run(stages)
    assert list(bench.run().ran) == ["correct", "chapters"]


def test_a_full_disk_anywhere_in_a_stage_is_a_clear_error(bench: Bench) -> None:
    def full(work: Workspace, source: SourceFile) -> PreparedAudio:
        raise OSError(28, "No space left on device", "/data/x")

    stages = (replace(FAKES[0], run=full), *FAKES[1:])
    with pytest.raises(StageError, match="e/prepare: /data/x: No space left on device") as caught:
        bench.run(stages)
    assert "free space" in caught.value.fix


def test_a_missing_recording_is_named(bench: Bench) -> None:
    bench.job.sources["source"].unlink()
    with pytest.raises(InputError, match=r"a\.wav: No such file"):
        bench.run()


def test_a_lost_recording_is_asked_for_only_when_a_stage_needs_it(bench: Bench) -> None:
    bench.run()
    bench.job.sources["source"].unlink()
    with pytest.raises(InputError, match=r"a\.wav: there is no such file"):
        bench.run(force=True)
    assert bench.run().ran == {}


def test_two_runs_of_one_episode_do_not_meet(bench: Bench) -> None:
    def nested(work: Workspace, source: SourceFile) -> PreparedAudio:
        runner.run(bench.job, stages=FAKES)
        raise AssertionError("the second run was let in")

    with pytest.raises(StageError, match=rf"e/prepare: is being run already \(process {os.getpid()} on "):
        bench.run((replace(FAKES[0], run=nested),))


def test_the_same_input_gives_the_same_bytes(bench: Bench, tmp_path: Path) -> None:
    other = Bench(replace(bench.job, build=tmp_path / "elsewhere"))
    bench.run()
    other.run()
    for name in ("audio", "heard", "transcript", "chapters"):
        assert (bench.job.build / f"{name}.json").read_bytes() == (other.job.build / f"{name}.json").read_bytes()


def test_status_tells_what_would_run_without_running_it(bench: Bench) -> None:
    waiting = runner.pending(bench.job, stages=FAKES)
    assert waiting["prepare"] == ("first run",)
    assert waiting["chapters"] == ("waits for transcript",)
    bench.run()
    bench.set(glossary=Glossary(terms=(Term(term="Ada"),)))
    assert {name: why for name, why in runner.pending(bench.job, stages=FAKES).items() if why} == {
        "correct": ("glossary changed (configs/glossary.yaml)",)
    }


def test_a_killed_run_leaves_no_lock_and_no_scratch(bench: Bench) -> None:
    code = textwrap.dedent(
        f"""
        import os, signal, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        from test_runner import FAKES, Job, make_settings
        from dataclasses import replace
        from pipeline import runner
        def die(work, source):
            with work.scratch("x") as path:
                path.write_text("half")
                os.kill(os.getpid(), signal.SIGKILL)
        runner.run(Job("e", Path({str(bench.job.build)!r}), make_settings(), {{"source": Path({str(bench.job.sources["source"])!r})}}),
                   stages=(replace(FAKES[0], run=die),))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(bench.job.build.glob(".work-*"))
    assert list(bench.run().ran) == ["prepare", "transcribe", "correct", "chapters"]
    assert not list(bench.job.build.glob(".work-*"))


def test_a_change_of_any_track_is_a_change_of_the_source(bench: Bench) -> None:
    guest = bench.job.build.parent / "guest.wav"
    guest.write_text("more sound")
    bench.run()
    bench.job = replace(bench.job, tracks=(guest,))
    assert bench.run().ran["prepare"] == ("source changed",)
    assert bench.run().ran == {}
    guest.write_text("other sound")
    assert bench.run().ran["prepare"] == ("source changed",)
    bench.job = replace(bench.job, tracks=())
    assert bench.run().ran["prepare"] == ("source changed",)


def test_a_missing_track_is_named(bench: Bench) -> None:
    bench.job = replace(bench.job, tracks=(bench.job.build.parent / "guest.wav",))
    with pytest.raises(InputError, match=r"guest\.wav: No such file"):
        bench.run()


def test_every_stage_takes_what_it_declares_and_declares_what_exists() -> None:
    """The contract of pipeline/stages/__init__.py, checked for all stages at once."""
    import inspect

    settings, made = make_settings(), {"source", "cover", *COLLECTIONS}
    for stage in STAGES:
        assert set(stage.inputs) <= made, f"{stage.name} wants what no earlier stage makes"
        parameters, inputs = list(inspect.signature(stage.run).parameters), ["work", *stage.inputs]
        assert parameters[: len(inputs)] == inputs, stage.name
        assert set(parameters[len(inputs) :]) == set(stage.config), stage.name
        for path in stage.config.values():
            settings.at(path)
        assert set(stage.outputs) <= set(ARTIFACTS)
        made |= set(stage.outputs)
    assert made == set(ARTIFACTS)
