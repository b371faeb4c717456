"""Fixtures that every test may use. Real things are skipped with a reason where they are absent, never in CI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from pipeline.adapters import local_s3, s3_setup
from pipeline.adapters.local_s3 import LocalS3
from pipeline.config import S3Config
from pipeline.store import Workspace, digest_bytes

ROOT = Path(__file__).resolve().parent.parent

# How fast the machine is today decides no test.
hypothesis_settings.register_profile("showrunner", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("showrunner")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first, so that of two workers none waits for the other at the end."""
    items.sort(key=lambda item: item.path.name != "test_end_to_end.py")


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    """A workspace of its own for each test."""
    return Workspace(tmp_path / "build")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def need() -> Callable[[str, str], str]:
    """`need("chromium", "apt-get install chromium")`: the program's path; without it a skip, in CI a failure."""

    def find(program: str, install: str) -> str:
        path = shutil.which(program)
        if path:
            return path
        if os.environ.get("CI"):
            pytest.fail(f"{program} must be there in CI: {install}")
        pytest.skip(f"{program} is not installed: {install}")

    return find


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """../shared/data: real inputs with known answers, which stay out of the repository."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalS3]:
    """A real S3 server for the whole session, with a public bucket."""
    with local_s3.serving(tmp_path_factory.mktemp("s3-server")) as server, pytest.MonkeyPatch.context() as patch:
        _use_credentials(server, patch)
        base = f"{server.endpoint}/showrunner-tests"
        s3_setup.prepare_bucket(S3Config(bucket="showrunner-tests", endpoint=server.endpoint, public_base_url=base))
        yield server


@pytest.fixture
def s3_settings(s3_server: LocalS3, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> S3Config:
    """A prefix of the test's own in the public bucket, with credentials in the environment."""
    _use_credentials(s3_server, monkeypatch)
    prefix = digest_bytes(request.node.nodeid.encode())[:12]
    base = f"{s3_server.endpoint}/showrunner-tests/{prefix}"
    return S3Config(bucket="showrunner-tests", endpoint=s3_server.endpoint, prefix=prefix, public_base_url=base)


def _use_credentials(server: LocalS3, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    patch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)


@pytest.fixture(scope="session")
def node_clients(need: Callable[[str, str], str], root: Path) -> Path:
    """tests/clients with its npm packages: `npm ci` where they are not there, or older than the lock."""
    npm, folder = need("npm", "apt-get install npm"), root / "tests/clients"
    made, lock = folder / "node_modules/.package-lock.json", folder / "package-lock.json"
    if not made.is_file() or made.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def partytime(need: Callable[[str, str], str], node_clients: Path) -> Callable[[bytes], dict[str, Any]]:
    """Parses a feed with npm's podcast-partytime."""
    node = need("node", "apt-get install nodejs")

    def parse(feed: bytes) -> dict[str, Any]:
        done = subprocess.run(
            [node, "parse.mjs"],
            cwd=node_clients,
            env={**os.environ, "PARTYTIME_LOG": "silent"},  # what it has to say would stand among the JSON
            input=feed,
            capture_output=True,
            check=True,
        )
        parsed: dict[str, Any] = json.loads(done.stdout)
        return parsed

    return parse
