"""What the machine has is found without heavy imports, and a device that is missing is said so."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline import hardware
from pipeline.errors import StageError
from pipeline.hardware import Gpu


class Driver:
    """A CUDA driver with one device; `broken` makes it refuse to start."""

    def __init__(self, version: int = 12040, broken: bool = False) -> None:
        self.version, self.broken = version, broken

    def cuInit(self, flags: int) -> int:
        return 100 if self.broken else 0

    def cuDeviceGetCount(self, count: Any) -> int:
        count._obj.value = 1
        return 0

    def cuDriverGetVersion(self, version: Any) -> int:
        version._obj.value = self.version
        return 0

    def cuDeviceGetName(self, name: Any, size: int, device: int) -> int:
        name.value = b"Pretend 9000"
        return 0


@pytest.mark.parametrize(
    ("driver", "found"),
    [
        (None, ()),
        (Driver(broken=True), ()),
        (Driver(12040), (Gpu("Pretend 9000", (12, 4)),)),
        (Driver(11080), (Gpu("Pretend 9000", (11, 8)),)),
    ],
    ids=["no driver", "driver without a device", "CUDA 12.4", "CUDA 11.8"],
)
def test_gpus_are_what_the_driver_shows(
    monkeypatch: pytest.MonkeyPatch, driver: Driver | None, found: tuple[Gpu, ...]
) -> None:
    def load(name: str) -> Driver:
        if driver is None:
            raise OSError("no such library")
        return driver

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert hardware.gpus() == found


NEW, OLD = (Gpu("Pretend 9000", (12, 4)),), (Gpu("Pretend 700", (11, 4)),)


@pytest.mark.parametrize(
    ("wanted", "gpus", "cublas", "device"),
    [
        ("auto", NEW, True, "cuda"),
        ("cuda", NEW, True, "cuda"),
        ("cpu", NEW, True, "cpu"),
        ("auto", (), True, "cpu"),
        ("auto", OLD, True, "cpu"),
        ("auto", NEW, False, "cpu"),
    ],
)
def test_the_device_is_chosen_by_what_works(
    monkeypatch: pytest.MonkeyPatch, wanted: str, gpus: tuple[Gpu, ...], cublas: bool, device: str
) -> None:
    monkeypatch.setattr(hardware, "gpus", lambda: gpus)
    monkeypatch.setattr(hardware, "load_cublas", lambda: cublas)
    assert hardware.choose_device(wanted, key="transcribe.device") == device


@pytest.mark.parametrize(
    ("gpus", "cublas", "what", "fix"),
    [
        ((), True, "no CUDA device was found", "NVIDIA driver"),
        (OLD, True, "Pretend 700 runs CUDA 11.4 at most", "CUDA 12"),
        (NEW, False, "libcublas.so.12 is not there", "nvidia-cublas-cu12"),
    ],
)
def test_cuda_that_was_asked_for_and_cannot_be_had_is_an_error(
    monkeypatch: pytest.MonkeyPatch, gpus: tuple[Gpu, ...], cublas: bool, what: str, fix: str
) -> None:
    monkeypatch.setattr(hardware, "gpus", lambda: gpus)
    monkeypatch.setattr(hardware, "load_cublas", lambda: cublas)
    with pytest.raises(StageError, match=f"transcribe.device is cuda, and .*{what}") as caught:
        hardware.choose_device("cuda", key="transcribe.device")
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("gpus", "built_for", "what"),
    [
        ((), "12.8", "no CUDA device was found"),
        (NEW, None, "built for CPUs only"),
        (OLD, "12.8", "Pretend 700 runs CUDA 11.4 at most, and this PyTorch wants 12.8"),
        (NEW, "13.0", "Pretend 9000 runs CUDA 12.4 at most, and this PyTorch wants 13.0"),
        (NEW, "12.8", None),
    ],
)
def test_what_keeps_pytorch_from_the_gpu_is_said(
    monkeypatch: pytest.MonkeyPatch, gpus: tuple[Gpu, ...], built_for: str | None, what: str | None
) -> None:
    monkeypatch.setattr(hardware, "gpus", lambda: gpus)
    problem = hardware.torch_problem(built_for)
    assert (problem is None) == (what is None)
    assert problem is None or what is None or (what in problem[0] and "device: auto" in problem[1])


@pytest.mark.parametrize(
    ("written", "built_for"),
    [("cuda: Optional[str] = '12.8'", "12.8"), ("cuda: Optional[str] = None", None), ("cuda = '13.0'", "13.0")],
)
def test_what_pytorch_is_built_for_is_read_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, built_for: str | None
) -> None:
    (tmp_path / "version.py").write_text(f"__version__ = '2.13.0'\n{written}\nhip: Optional[str] = None\n")
    found = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(hardware.util, "find_spec", lambda name: found)
    assert hardware.torch_build() == built_for


def test_cublas_is_taken_from_its_package_without_a_library_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nvidia" / "cublas" / "lib"
    folder.mkdir(parents=True)
    for name in ("libcublasLt.so.12", "libcublas.so.12"):
        (folder / name).touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "nvidia"]:
        monkeypatch.delitem(sys.modules, name)
    loaded: list[str] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name, mode: loaded.append(name))
    assert hardware.load_cublas()
    assert loaded == [str(folder / "libcublasLt.so.12"), str(folder / "libcublas.so.12")]


def test_describing_the_machine_imports_no_heavy_library() -> None:
    code = "import sys; from pipeline import hardware; assert hardware.describe().cores >= 1; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"torch", "ctranslate2", "numpy"} & set(loaded)
