"""Fixtures that every test may use. Real things are skipped with a reason where they are absent, never in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import Workspace

ROOT = Path(__file__).resolve().parent.parent


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
