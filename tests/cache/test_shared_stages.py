"""What one machine computed, another takes from the cache; what happens when the cache lies, limps or is gone."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline import cache, runner, store
from pipeline.adapters.s3_cache import S3Shelf
from pipeline.cache.shelf import FolderShelf, Shelf, Watch
from pipeline.cache.stage_cache import StageCache
from pipeline.config import (
    CacheConfig,
    EpisodeConfig,
    Glossary,
    Overrides,
    PipelineConfig,
    PublishConfig,
    S3Bucket,
    S3Config,
    Settings,
    Show,
)
from pipeline.errors import ConfigError, StageError
from pipeline.models import Chapter, Chapters, PreparedAudio, SourceFile, SourceFiles, Transcript
from pipeline.runner import Job
from pipeline.stages import ARTIFACTS, STAGES
from pipeline.stages.base import Stage
from pipeline.store import Workspace


def _prepare(work: Workspace, source: SourceFile) -> PreparedAudio:
    pcm = work.keep_bytes(Path(source.path).read_bytes() * 1000, "audio.f32")
    return PreparedAudio(pcm=pcm, sample_rate=16000, duration=1, channels=1, source_rate=16000, codec="pcm")


def _transcribe(work: Workspace, audio: PreparedAudio, language: str | None) -> Transcript:
    work.notice("heard with care")
    return Transcript(language=language or "en", duration=1, model=work.path(audio.pcm).read_text()[:5], segments=())


def _guess(work: Workspace, heard: Transcript) -> Chapters:
    work.stopgap("the model is away: chapters are guessed")
    return Chapters(chapters=(Chapter(start=0, title=heard.model),))


def _chapters(work: Workspace, heard: Transcript) -> Chapters:
    return Chapters(chapters=(Chapter(start=0, title=heard.model),))


PREPARE = Stage("prepare", 1, ("source",), ("audio",), _prepare)
HEAR = Stage("transcribe", 1, ("audio",), ("heard",), _transcribe, {"language": "episode.language"})
CHAPTERS = Stage("chapters", 1, ("heard",), ("chapters",), _chapters)
FAKES = (PREPARE, HEAR, CHAPTERS)


def make_settings() -> Settings:
    show = Show.model_validate(
        {"title": "S", "description": "d", "author": "a", "owner": {"name": "a", "email": "a@b"},
         "link": "https://example.org", "categories": ["Technology"]}
    )  # fmt: skip
    episode = EpisodeConfig.model_validate({"title": "E", "date": "2026-01-02", "guid": "g", "sources": ["a.wav"]})
    return Settings("e", show, Glossary(), PipelineConfig(), PublishConfig(), episode, Overrides())


@dataclass
class Machine:
    """A machine with a disk of its own, and what its last run told."""

    folder: Path
    shelf: Shelf
    ran: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    settings: Settings = field(default_factory=make_settings)
    ending: str = ".wav"

    def run(self, stages: tuple[Stage, ...] = FAKES, **options: Any) -> Machine:
        self.folder.mkdir(exist_ok=True)
        source = self.folder / f"recording{self.ending}"
        if not source.exists():
            source.write_text("sound")
        self.ran, self.taken, self.told = [], [], []
        job = Job("e", self.build, self.settings, {"source": source})
        runner.run(job, report=self._note, stages=stages, cache=StageCache(self.shelf), **options)
        return self

    def _note(self, event: runner.Event) -> None:
        if isinstance(event, runner.Started):
            self.ran.append(event.stage)
        elif isinstance(event, runner.Taken):
            self.taken.append(event.stage)
        elif isinstance(event, runner.Noticed):
            self.told.append(f"{event.stage}: {event.text}")

    @property
    def build(self) -> Path:
        return self.folder / "build"

    @property
    def entries(self) -> Any:
        return json.loads((self.build / "manifest.json").read_text())["stages"]

    def files(self) -> dict[str, bytes]:
        hidden = ("manifest.json", ".lock")
        return {path.name: path.read_bytes() for path in self.build.iterdir() if path.name not in hidden}


ALL = ["prepare", "transcribe", "chapters"]


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.real)])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return FolderShelf(tmp_path / "cache")
    s3: S3Config = request.getfixturevalue("s3_settings")
    return S3Shelf(S3Bucket(bucket=s3.bucket, endpoint=s3.endpoint, prefix=f"{s3.prefix}/cache"))


@pytest.fixture
def machines(tmp_path: Path, shelf: Shelf) -> Iterator[Machine]:
    return (Machine(tmp_path / f"machine {number}", shelf) for number in range(9))


@pytest.fixture
def folder(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path / "cache")


def test_what_one_machine_made_another_takes_and_nothing_is_computed_twice(machines: Iterator[Machine]) -> None:
    one, other = next(machines).run(), next(machines).run()
    assert (one.ran, one.taken) == (ALL, [])
    assert (other.ran, other.taken) == ([], ALL)
    assert other.files() == one.files()
    assert other.told == ["transcribe: heard with care"]
    assert {name: entry["taken"] for name, entry in other.entries.items()} == dict.fromkeys(ALL, True)
    assert [entry["shared"] for entry in other.entries.values()] == [entry["shared"] for entry in one.entries.values()]
    assert (other.run().ran, other.taken) == ([], [])


def test_what_is_lost_on_a_disk_comes_back_from_the_cache(machines: Iterator[Machine]) -> None:
    one = next(machines).run()
    (one.build / "audio.f32").unlink()
    assert (one.run().ran, one.taken) == ([], ["prepare"])
    assert (one.build / "audio.f32").read_text().startswith("sound")


def test_a_run_that_is_asked_for_computes_and_replaces_what_the_cache_had(machines: Iterator[Machine]) -> None:
    one = next(machines).run()
    better = replace(CHAPTERS, run=lambda work, heard: Chapters(chapters=(Chapter(start=0, title="Better"),)))
    assert one.run((PREPARE, HEAR, better), start="chapters").ran == ["chapters"]
    other = next(machines).run()
    assert other.taken == ALL
    assert "Better" in (other.build / "chapters.json").read_text()


DIFFERENCES: list[tuple[str, Callable[[Machine], tuple[Stage, ...]], list[str]]] = [
    ("setting", lambda m: _set_language(m, "de"), ["transcribe"]),
    ("version", lambda m: (PREPARE, replace(HEAR, version=2), CHAPTERS), ["transcribe"]),
    ("name of the stage", lambda m: (PREPARE, replace(HEAR, name="listen"), CHAPTERS), ["listen"]),
    ("version of a tool", lambda m: (PREPARE, replace(HEAR, tools=("numpy",)), CHAPTERS), ["transcribe"]),
    ("ending of the recording", lambda m: _rename(m, ".mp3"), ["prepare"]),
    ("ending in capitals", lambda m: _rename(m, ".WAV"), []),
]


def _set_language(machine: Machine, language: str) -> tuple[Stage, ...]:
    episode = machine.settings.episode.model_copy(update={"language": language})
    machine.settings = replace(machine.settings, episode=episode)
    # What follows stops where the result is the same.
    quiet = replace(HEAR, run=lambda work, audio, language: _transcribe(work, audio, None))
    return (PREPARE, quiet, CHAPTERS)


def _rename(machine: Machine, ending: str) -> tuple[Stage, ...]:
    machine.ending = ending
    return FAKES


@pytest.mark.parametrize(("change", "ran"), [case[1:] for case in DIFFERENCES], ids=[case[0] for case in DIFFERENCES])
def test_only_what_is_decided_by_something_else_is_computed(
    tmp_path: Path, folder: FolderShelf, change: Callable[[Machine], tuple[Stage, ...]], ran: list[str]
) -> None:
    Machine(tmp_path / "one", folder).run()
    other = Machine(tmp_path / "other", folder)
    assert other.run(change(other)).ran == ran


@pytest.mark.parametrize(
    ("mine", "theirs", "taken"),
    [
        (("large", "base"), ("large",), True),
        (("large",), ("large", "base"), False),
        (("base",), ("base",), True),
    ],
    ids=["a better model's", "a worse model's", "the same model's"],
)
def test_a_machine_takes_results_of_its_own_model_or_a_better_one(
    tmp_path: Path, folder: FolderShelf, mine: tuple[str, ...], theirs: tuple[str, ...], taken: bool
) -> None:
    Machine(tmp_path / "one", folder).run((PREPARE, replace(HEAR, makers=lambda language: theirs), CHAPTERS))
    other = Machine(tmp_path / "other", folder)
    other.run((PREPARE, replace(HEAR, makers=lambda language: mine), CHAPTERS))
    assert ("transcribe" in other.taken) is taken


def test_a_stopgap_is_not_shared_with_machines_that_may_do_better(tmp_path: Path, folder: FolderShelf) -> None:
    Machine(tmp_path / "one", folder).run((PREPARE, HEAR, replace(CHAPTERS, run=_guess)))
    assert Machine(tmp_path / "other", folder).run().ran == ["chapters"]


def test_a_stage_that_acts_on_the_world_is_neither_shared_nor_taken(tmp_path: Path, folder: FolderShelf) -> None:
    stages = (PREPARE, HEAR, replace(CHAPTERS, shared=False))
    Machine(tmp_path / "one", folder).run(stages)
    assert Machine(tmp_path / "other", folder).run(stages).ran == ["chapters"]


def _spoil(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes((data[len(data) // 2] ^ 1,)) + data[len(data) // 2 + 1 :])


def _rewrite(path: Path, old: str, new: str) -> None:
    """A change whose digest was mended by whoever made it."""
    body = path.read_text().partition("\n")[2].replace(old, new)
    path.write_text(f"{store.digest_bytes(body.encode())}\n{body}")


def _of(folder: Path, kind: str, stage: str = '"prepare"') -> Path:
    if kind == "blobs":
        return next(path for path in (folder / "blobs").rglob("*") if path.is_file())
    return next(path for path in (folder / "entries").rglob("*") if path.is_file() and stage in path.read_text())


DAMAGE: list[tuple[str, Callable[[Path], None], str]] = [
    ("a byte of a file", lambda f: _spoil(_of(f, "blobs")), "audio.f32 is not what was put there"),
    ("half a file", lambda f: _of(f, "blobs").write_bytes(b"sound"), "audio.f32 is not what was put there"),
    ("a lost file", lambda f: _of(f, "blobs").unlink(), "audio.f32 is gone"),
    ("a byte of an entry", lambda f: _spoil(_of(f, "entries")), "its entry is not what was put there"),
    ("an empty entry", lambda f: _of(f, "entries").write_bytes(b""), "its entry is not what was put there"),
    ("another entry's form", lambda f: _rewrite(_of(f, "entries"), '"stage"', '"step"'), "its entry is of another version of showrunner"),
    ("an artifact's value", lambda f: _rewrite(_of(f, "entries"), "16000", "44100"), "audio is not what was put there"),
    ("an artifact's form", lambda f: _rewrite(_of(f, "entries"), "codec", "kind"), "audio is of another version of showrunner"),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "why"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE])
def test_what_is_damaged_is_told_made_again_and_mended(
    tmp_path: Path, folder: FolderShelf, harm: Callable[[Path], None], why: str
) -> None:
    one = Machine(tmp_path / "one", folder).run()
    harm(folder.root)
    other = Machine(tmp_path / "other", folder).run()
    assert other.ran == ["prepare"]
    assert other.told[0] == f"prepare: what the cache has for it is damaged ({why}): it is made again"
    assert other.files() == one.files()
    assert Machine(tmp_path / "third", folder).run().taken == ALL


@pytest.mark.parametrize("name", ["../../stolen", "/etc/stolen"])
def test_a_hostile_entry_writes_nothing_outside_the_episode(tmp_path: Path, folder: FolderShelf, name: str) -> None:
    one = Machine(tmp_path / "one", folder).run()
    entry = _of(folder.root, "entries")
    audio = PreparedAudio.model_validate_json((one.build / "audio.json").read_bytes())
    hostile = audio.model_copy(update={"pcm": audio.pcm.model_copy(update={"name": name})})
    _rewrite(entry, "audio.f32", name)
    _rewrite(entry, store.digest_model(audio), store.digest_model(hostile))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    other = Machine(tmp_path / "other", folder).run()
    assert "would be outside the episode's folder" in other.told[0]
    after = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert not [path for path in after if "stolen" in path.name]


@dataclass
class Broken:
    """A shelf that fails in one of its methods, and counts how often it was asked."""

    inner: Shelf
    fails: str
    error: Exception
    asked: int = 0

    def _do(self, name: str, *args: Any, **options: Any) -> Any:
        self.asked += 1
        if name == self.fails:
            raise self.error
        return getattr(self.inner, name)(*args, **options)

    def read(self, key: str) -> bytes | None:
        return self._do("read", key)  # type: ignore[no-any-return]

    def fetch(self, key: str, path: Path, watch: Watch) -> bool:
        return self._do("fetch", key, path, watch)  # type: ignore[no-any-return]

    def write(self, key: str, body: bytes | Path, sha256: str, *, replace: bool, watch: Watch) -> None:
        self._do("write", key, body, sha256, replace=replace, watch=watch)


@pytest.mark.parametrize("fails", ["read", "fetch", "write"])
@pytest.mark.parametrize(
    ("error", "why"),
    [(StageError("the server does not answer", fix="x"), "the server does not answer"),
     (OSError(28, "No space left on device", "/cache"), "/cache: No space left on device")],
    ids=["server", "disk"],
)  # fmt: skip
def test_a_cache_that_fails_is_told_of_once_and_the_run_goes_on(
    tmp_path: Path, folder: FolderShelf, fails: str, error: Exception, why: str
) -> None:
    if fails == "fetch":
        Machine(tmp_path / "one", folder).run()
    shelf = Broken(folder, fails, error)
    machine = Machine(tmp_path / "other", shelf).run()
    assert machine.ran == ALL
    assert [text for text in machine.told if "cache" in text] == [
        f"prepare: the cache is of no use now ({why}): the run goes on without it"
    ]
    assert shelf.asked == (1 if fails == "read" else 2)


def test_a_cache_that_is_too_slow_is_left_alone(tmp_path: Path, folder: FolderShelf) -> None:
    one = Machine(tmp_path / "one", folder).run()
    seconds = iter(range(0, 10_000, 15))
    slow = StageCache(folder, clock=lambda: float(next(seconds)))
    other, told = Machine(tmp_path / "other", folder), []
    other.folder.mkdir()
    (other.folder / "a.wav").write_text("sound")
    job = Job("e", other.build, other.settings, {"source": other.folder / "a.wav"})
    # A blob of 5 kB in one piece: asked at 0 s, told of at 15 s; with two more looks at the clock it is over 20 s.
    watch = slow._patience(5000)
    watch(1)
    with pytest.raises(StageError, match="took 30 s"):
        watch(5000)
    runner.run(job, report=told.append, stages=FAKES, cache=slow)
    assert other.files() == one.files()


def test_a_server_that_is_not_there_costs_seconds_and_no_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    shelf = S3Shelf(S3Bucket(bucket="cache", endpoint=f"http://127.0.0.1:{port}"))
    machine = Machine(tmp_path / "one", shelf).run()
    assert machine.ran == ALL
    told = "\n".join(machine.told)
    assert "does not answer" in told
    assert "planted-secret" not in told


@pytest.mark.real
def test_large_files_go_to_s3_in_parts_and_come_back_whole(tmp_path: Path, s3_settings: S3Config) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"0123456789abcdef" * (600 * 1024))
    bucket = S3Bucket(bucket=s3_settings.bucket, endpoint=s3_settings.endpoint, prefix=s3_settings.prefix)
    shelf, digest, gone = S3Shelf(bucket), store.digest_file(large), []
    for _ in range(2):
        shelf.write("blobs/large", large, digest, replace=False, watch=gone.append)
    assert gone[-1] == large.stat().st_size
    assert len(gone) == 2  # two parts, once
    assert shelf.fetch("blobs/large", tmp_path / "back", gone.append)
    assert store.digest_file(tmp_path / "back") == digest


PLACES: list[tuple[str, CacheConfig, str | None, CacheConfig]] = [
    ("none", CacheConfig(), None, CacheConfig()),
    ("folder", CacheConfig(folder="../cache"), None, CacheConfig(folder="/checkout/../cache")),
    ("the environment's folder", CacheConfig(folder="cache"), "/mnt/cache", CacheConfig(folder="/mnt/cache")),
    ("switched off", CacheConfig(folder="cache"), "none", CacheConfig()),
    ("the environment's bucket", CacheConfig(), "s3://some-bucket/a/b", CacheConfig(s3=S3Bucket(bucket="some-bucket", prefix="a/b"))),
    ("another bucket there", CacheConfig(s3=S3Bucket(bucket="one", endpoint="https://s3.example.org")), "s3://other", CacheConfig(s3=S3Bucket(bucket="other", endpoint="https://s3.example.org"))),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said", "chosen"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES])
def test_where_the_cache_is(
    written: CacheConfig, said: str | None, chosen: CacheConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(cache.VARIABLE, raising=False)
    if said is not None:
        monkeypatch.setenv(cache.VARIABLE, said)
    assert cache.choose_cache(written, Path("/checkout")) == chosen


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("s3://", "SHOWRUNNER_SHARED_CACHE=s3://: names no bucket"),
        ("https://x.example", "is neither a folder nor a bucket"),
    ],
)
def test_an_address_that_is_no_cache_is_refused(said: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, said)
    with pytest.raises(ConfigError, match=what):
        cache.choose_cache(CacheConfig(), Path("/checkout"))


S3 = S3Config(bucket="show", prefix="public", public_base_url="https://example.org")
PUBLIC: list[tuple[CacheConfig, bool]] = [
    (CacheConfig(s3=S3Bucket(bucket="show", prefix="public/cache")), True),
    (CacheConfig(s3=S3Bucket(bucket="show", prefix="public")), True),
    (CacheConfig(s3=S3Bucket(bucket="show", prefix="public-not")), False),
    (CacheConfig(s3=S3Bucket(bucket="show")), False),
    (CacheConfig(s3=S3Bucket(bucket="other", prefix="public")), False),
    (CacheConfig(folder="feeds/public/cache"), True),
    (CacheConfig(folder="feeds/cache"), False),
]


@pytest.mark.parametrize(("settings", "refused"), PUBLIC)
def test_a_cache_where_everybody_could_read_it_is_refused(settings: CacheConfig, refused: bool) -> None:
    publishing = PublishConfig(s3=S3)
    if not refused:
        cache.refuse_public(settings, publishing)
        return
    with pytest.raises(ConfigError, match=r"where the show is published|which is published"):
        cache.refuse_public(settings, publishing)


def _kinds(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all that it is made of."""
    text = json.dumps(model.model_json_schema())
    yield model
    for kind in (SourceFile, SourceFiles):
        if f'"#/$defs/{kind.__name__}"' in text:
            yield kind


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage.shared], ids=lambda stage: stage.name)
def test_no_shared_artifact_holds_a_path_of_its_machine(stage: Stage) -> None:
    kinds = {kind for name in stage.outputs for kind in _kinds(ARTIFACTS[name])}
    assert not kinds & {SourceFile, SourceFiles}


def test_publishing_alone_is_not_shared() -> None:
    assert [stage.name for stage in STAGES if not stage.shared] == ["publish"]
