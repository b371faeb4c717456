"""Files appear whole or not at all, and the same model is always the same bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store
from pipeline.errors import StageError
from pipeline.models import Blob, Turn, Turns
from pipeline.store import Workspace


def test_a_failed_write_keeps_the_old_file_and_leaves_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "notes.md"
    store.write_text_atomic(target, "old")

    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(StageError, match=r"notes\.md: cannot be written \(No space left on device\)") as caught:
        store.write_text_atomic(target, "new")
    assert "free space" in caught.value.fix
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]


def test_a_write_can_set_the_mode_so_that_credentials_stay_private(tmp_path: Path) -> None:
    store.write_text_atomic(tmp_path / "id.json", "{}", mode=0o600)
    assert stat.S_IMODE((tmp_path / "id.json").stat().st_mode) == 0o600


def test_a_copy_has_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(os.urandom(3_000_000))
    store.copy_atomic(tmp_path / "a", tmp_path / "deep/b")
    assert store.digest_file(tmp_path / "a") == store.digest_file(tmp_path / "deep/b")


def test_a_workspace_keeps_what_it_is_told_to_and_forgets_the_rest(work: Workspace) -> None:
    with work.scratch("a.wav") as path:
        assert path.suffix == ".wav"
        path.write_bytes(b"sound")
        blob = work.keep(path, "package/a.wav")
        path.with_name("other").write_bytes(b"rubbish")
    assert blob == Blob(name="package/a.wav", sha256=store.digest_bytes(b"sound"), size=5)
    assert work.path(blob).read_bytes() == b"sound"
    assert {path.name for path in work.folder.rglob("*")} == {"package", "a.wav"}


def test_scratch_files_are_gone_after_a_failure(work: Workspace) -> None:
    with pytest.raises(ValueError, match="boom"), work.scratch("a") as path:
        path.write_bytes(b"half")
        raise ValueError("boom")
    assert list(work.folder.iterdir()) == []


turns = st.lists(
    st.builds(Turn, start=st.floats(0, 1e5), end=st.floats(0, 1e5), speaker=st.text(min_size=1)), max_size=5
).map(lambda found: Turns(tuple(found)))


@given(turns)
def test_models_survive_storage_and_equal_models_are_equal_bytes(model: Turns) -> None:
    data = store.to_json(model)
    again = Turns.model_validate_json(data)
    assert again == model
    assert store.to_json(again) == data
    assert store.digest_model(again) == store.digest_model(model)
