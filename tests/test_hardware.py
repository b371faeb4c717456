"""What the machine has is found without heavy imports, and a device that is missing is said so."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
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
