"""What the code itself never does: a shell, a pickle, weights that run code, an install without a digest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "pipeline").rglob("*.py"))
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


@cache
def calls() -> tuple[tuple[str, ast.Call, str], ...]:
    """Every call in the product: where, the call, and its name with dots."""
    return tuple(_calls())


def _calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node, ast.unparse(node.func)


def named(call: ast.Call, name: str) -> object:
    """The constant that a call gives to a keyword; None where it has none."""
    return next(
        (one.value.value for one in call.keywords if one.arg == name and isinstance(one.value, ast.Constant)), None
    )


def test_no_command_goes_through_a_shell() -> None:
    shells = (
        "os.system",
        "os.popen",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "asyncio.create_subprocess_shell",
    )
    assert [at for at, call, name in calls() if named(call, "shell") or name in shells] == []


def test_weights_are_read_as_numbers_and_never_run_code() -> None:
    loads = [(at, named(call, "weights_only")) for at, call, name in calls() if name == "torch.load"]
    assert loads
    assert {safe for _, safe in loads} == {True}
    assert [at for at, call, name in calls() if name in ("np.load", "numpy.load") and named(call, "allow_pickle")] == []


def test_nothing_from_a_file_is_run() -> None:
    runs = (
        "eval",
        "exec",
        "pickle.load",
        "pickle.loads",
        "marshal.loads",
        "yaml.unsafe_load",
        "joblib.load",
    )
    assert [at for at, _, name in calls() if name in runs] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_installed_by_its_digest(lock: Path) -> None:
    text = re.sub(r"\\\n", " ", lock.read_text())
    packages = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "-"))]
    assert packages
    assert [line.split()[0] for line in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}", line)] == []


def test_every_install_checks_those_digests() -> None:
    installs = [
        line
        for script in (ROOT / "requirements").glob("setup*.sh")
        for line in script.read_text().splitlines()
        if ".lock" in line and "install" in line
    ]
    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []
