"""`showrunner bucket` and `publish --dry-run`, as a person meets them, on a real S3 server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from release_samples import NOTES, make_package

from pipeline import cli, ownership, runner
from pipeline.adapters import s3
from pipeline.adapters.local_s3 import LocalS3
from pipeline.config import S3Config
from pipeline.store import Workspace, digest_bytes
from pipeline.targets import Item


@pytest.fixture
def checkout(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that publishes to feeds/public/."""
    folder = tmp_path / "checkout"
    shutil.copytree(root / "configs", folder / "configs")
    (folder / "configs/publish.yaml").unlink(missing_ok=True)
    monkeypatch.setenv("SHOWRUNNER_ROOT", str(folder))
    return folder


@pytest.fixture
def publishes_to(checkout: Path) -> Callable[[S3Config], None]:
    def write(settings: S3Config) -> None:
        values = settings.model_dump(mode="json", exclude_none=True)
        (checkout / "configs/publish.yaml").write_text(json.dumps({"s3": values}))

    return write


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[int, str, str]]:
    """Run a command line: its exit code and what it printed."""

    def call(line: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(line.split())
        told = capsys.readouterr()
        return int(str(ended.value.code)), told.out, told.err

    return call


Run = Callable[[str], tuple[int, str, str]]


@pytest.mark.parametrize("command", ["bucket setup", "bucket setup --yes", "bucket check"])
def test_without_a_bucket_the_fix_is_to_name_one(checkout: Path, run: Run, command: str) -> None:
    code, _, err = run(command)
    assert code == 2
    assert "names no bucket" in err
    assert "`s3:`" in err


@pytest.mark.real
def test_setup_shows_first_and_writes_only_after_a_yes(
    s3_server: LocalS3, s3_settings: S3Config, publishes_to: Callable[[S3Config], None], run: Run
) -> None:
    new = s3_settings.model_copy(update={"bucket": f"new-{s3_settings.prefix}"})
    new = new.model_copy(update={"public_base_url": f"{s3_server.endpoint}/{new.bucket}/{new.prefix}"})
    publishes_to(new)
    code, out, _ = run("bucket setup")
    assert code == 0
    assert f"bucket {new.bucket}: is not there, and would be made" in out
    assert f"arn:aws:s3:::{new.bucket}/{new.prefix}/*" in out
    assert '"AllowedMethods"' in out
    assert "nothing was written: run it again with --yes" in out
    assert "there is no such bucket" in run("bucket check")[2] + run("bucket check")[1]
    code, out, _ = run("bucket setup --yes")
    assert (code, "written: bucket, policy, cors" in out) == (0, True)
    code, out, _ = run("bucket setup --yes")
    assert (code, "nothing to write" in out) == (0, True)
    code, out, _ = run("bucket check")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["ok", name] for name in ("write", "conditions", "public", "cors", "ranges")
    ]
    assert s3.open_bucket(new).keys("") == []


@pytest.mark.real
def test_check_as_json(s3_settings: S3Config, publishes_to: Callable[[S3Config], None], run: Run) -> None:
    publishes_to(s3_settings)
    code, out, _ = run("bucket check --json")
    assert code == 0
    assert {one["name"]: one["ok"] for one in json.loads(out)} == dict.fromkeys(
        ("write", "conditions", "public", "cors", "ranges"), True
    )


@pytest.mark.real
def test_check_fails_with_a_fix_where_listeners_get_nothing(
    s3_settings: S3Config, publishes_to: Callable[[S3Config], None], run: Run
) -> None:
    publishes_to(s3_settings.model_copy(update={"public_base_url": f"{s3_settings.endpoint}/elsewhere"}))
    code, out, err = run("bucket check")
    assert code == 1
    assert "missing  public" in out
    assert "fix: let everybody read the prefix (`showrunner bucket setup`)" in out
    assert "public failed" in err


@pytest.mark.real
def test_a_prefix_with_other_things_in_it_is_taken_by_claim(
    s3_settings: S3Config, publishes_to: Callable[[S3Config], None], run: Run
) -> None:
    publishes_to(s3_settings)
    bucket, data = s3.open_bucket(s3_settings), b"jpeg"
    bucket.put(Item("beach.jpg", data, digest_bytes(data), 4, "image/jpeg", "no-store"), replaces=None)
    assert run("bucket setup --claim")[1].endswith("run it again with --yes\n")
    assert bucket.get(ownership.KEY) is None
    code, out, _ = run("bucket setup --claim --yes")
    assert (code, "now (guid " in out) == (0, True)
    assert bucket.get(ownership.KEY)


def test_a_folder_with_other_things_in_it_is_taken_by_claim(checkout: Path, run: Run) -> None:
    (checkout / "feeds/public").mkdir(parents=True)
    (checkout / "feeds/public/beach.jpg").write_bytes(b"jpeg")
    assert run("bucket setup --claim --yes")[0] == 0
    assert (checkout / "feeds/public" / ownership.KEY).is_file()


def test_a_password_in_an_address_is_refused_and_not_repeated(checkout: Path, run: Run) -> None:
    text = "s3: {bucket: my-show, endpoint: 'https://ada:hunter2@s3.example.org', public_base_url: 'https://x.org'}"
    (checkout / "configs/publish.yaml").write_text(text)
    code, out, err = run("bucket check")
    assert code == 2
    assert "s3.endpoint: holds a user name or password" in err
    assert "hunter2" not in out + err


# -- publish --dry-run ---------------------------------------------------------------------------------------


@pytest.fixture
def packaged(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An episode that is made up to its package, in a checkout that publishes to a folder."""
    folder = checkout / "episodes/tides"
    folder.mkdir(parents=True)
    (folder / "episode.yaml").write_text("title: Tides\ndate: 2026-05-01\nguid: g\nsources: [interview.wav]\n")
    made = {"package": make_package(Workspace(folder / "build")), "notes": NOTES}
    monkeypatch.setattr(runner, "run", lambda job, **kwargs: None)
    monkeypatch.setattr(runner, "read_artifact", lambda build, name, model: made[name])
    return folder


def test_a_dry_run_prints_files_with_their_sizes_documents_and_the_feeds_change(
    packaged: Path, checkout: Path, run: Run
) -> None:
    code, out, _ = run("publish tides --dry-run")
    assert code == 0
    lines = out.splitlines()
    assert any(
        line.startswith("would upload episodes/tides/episode-") and line.endswith(".mp3 (5 kB)") for line in lines
    )
    assert "would change feed.xml" in lines
    assert "in the feed, new: Tides" in lines
    assert "  +<title>Tides</title>" in lines
    assert len(lines) < 200
    assert not (checkout / "feeds").exists()


def test_a_dry_run_for_machines(packaged: Path, run: Run) -> None:
    code, out, _ = run("publish tides --dry-run --json")
    made = json.loads(out)
    assert code == 0
    assert set(made) == {"upload", "there", "bytes", "changed", "feed"}
    assert set(made["bytes"]) == set(made["upload"])
    assert made["feed"]["added"] == ["Tides"]


def test_a_dry_run_without_the_cover_says_so(packaged: Path, checkout: Path, run: Run) -> None:
    (checkout / "configs/cover.jpg").unlink()
    code, _, err = run("publish tides --dry-run")
    assert code == 2
    assert "cover: there is no file" in err
