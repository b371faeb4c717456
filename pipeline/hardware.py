"""What this machine can compute with: its cores, its NVIDIA GPUs, and the CUDA library that CTranslate2 wants."""

from __future__ import annotations

import ctypes
import os
import re
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Literal

from pipeline.errors import StageError

#: CTranslate2 4.x is linked against CUDA 12, and so needs these two, the first being loaded by the second.
_CUBLAS = ("libcublasLt.so.12", "libcublas.so.12")


#: How many cores a process may use, where that is fewer than there are.
CORES = "SHOWRUNNER_CORES"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A CUDA device; `driver` is the newest CUDA version that the driver runs, as (major, minor)."""

    name: str
    driver: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Machine:
    """What is here; `cublas` says whether CUDA 12's cuBLAS loads, and is not tried without a GPU."""

    cores: int
    gpus: tuple[Gpu, ...]
    cublas: bool

    @property
    def cuda_devices(self) -> int:
        """How many GPUs the driver shows."""
        return len(self.gpus)


def describe() -> Machine:
    """What this machine has, in a few milliseconds."""
    found = gpus()
    return Machine(cores(), found, bool(found) and load_cublas())


def cores() -> int:
    """How many CPU cores this process may use: by affinity, by the container's quota, by SHOWRUNNER_CORES."""
    told = os.environ.get(CORES, "")
    allowed = _machine_cores()
    return min(allowed, int(told)) if told.isascii() and told.isdigit() and int(told) else allowed


def limit_cores(count: int) -> None:
    """Make this process take so many cores only; to be called before torch, CTranslate2 or numpy is imported."""
    os.environ[CORES] = str(count)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(count)


def memory() -> int | None:
    """Bytes of memory that are free, or can be made so, here and in this container; None where nobody tells."""
    found = [left for left in (_free_of_machine(), _free_of_container()) if left is not None]
    return min(found, default=None)


def _free_of_machine() -> int | None:
    try:
        told = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:  # a Mac: half of what is built in is a careful guess
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return int(told[1]) << 10 if told else None


def _free_of_container() -> int | None:
    try:
        limit, used = (Path(f"/sys/fs/cgroup/memory.{name}").read_text() for name in ("max", "current"))
        return int(limit) - int(used)
    except (OSError, ValueError):  # no such file, or `max`
        return None


def _machine_cores() -> int:
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(allowed, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return allowed


def share_cores() -> None:
    """Let idle OpenMP threads sleep rather than spin; to be called before torch or CTranslate2 is imported.

    Beside another busy process spinning made diarization three times slower on 2 cores; alone it gains nothing.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def gpus() -> tuple[Gpu, ...]:
    """The CUDA devices that the driver shows, asked without importing anything; none where there is no driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return ()
    count, version = ctypes.c_int(), ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return ()
    driver.cuDriverGetVersion(ctypes.byref(version))
    found: list[Gpu] = []
    for device in range(count.value):
        name = ctypes.create_string_buffer(100)
        driver.cuDeviceGetName(name, len(name), device)
        found.append(Gpu(name.value.decode(), (version.value // 1000, version.value % 1000 // 10)))
    return tuple(found)


def load_cublas() -> bool:
    """Load CUDA 12's cuBLAS, from nvidia-cublas-cu12 or the system, so that CTranslate2 finds it; False without one."""
    return all(_load_library(name) for name in _CUBLAS)


def choose_device(wanted: str, *, key: str) -> Literal["cpu", "cuda"]:
    """Where a model runs: `auto` is CUDA when a GPU and cuBLAS are there. `key` is the setting, for messages.

    Raises StageError when CUDA was asked for and cannot be had.
    """
    if wanted == "cpu":
        return "cpu"
    problem = cuda_problem()
    if problem is None:
        return "cuda"
    if wanted == "auto":
        return "cpu"
    raise StageError(f"{key} is cuda, and {problem[0]}", fix=problem[1])


def cuda_problem() -> tuple[str, str] | None:
    """What keeps CTranslate2 from CUDA, with the fix; None when nothing does."""
    found = gpus()
    if not found:
        return "no CUDA device was found", "install the NVIDIA driver, or set device: auto"
    if found[0].driver < (12, 0):
        version = ".".join(map(str, found[0].driver))
        return f"the driver of {found[0].name} runs CUDA {version} at most", "install a driver for CUDA 12 or newer"
    if not load_cublas():
        return f"{_CUBLAS[1]} is not there", "run `make setup SETUP=cuda`, or pip install nvidia-cublas-cu12"
    return None


def torch_build() -> str | None:
    """The CUDA version that the installed PyTorch is built for, read without importing it; None for a CPU's."""
    spec = util.find_spec("torch")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        written = re.search(r"^cuda\b.*=\s*'([\d.]+)'", (Path(folder) / "version.py").read_text(), re.MULTILINE)
        return written[1] if written else None
    return None


def torch_problem(built_for: str | None) -> tuple[str, str] | None:
    """What keeps PyTorch from a GPU, with the fix; None when nothing does.

    `built_for` is the CUDA version that it is built for, None for a CPU.
    """
    found = gpus()
    if not found:
        return "no CUDA device was found", "install the NVIDIA driver, or set device: auto"
    if built_for is None:
        return "this PyTorch is built for CPUs only", "run `SETUP=cuda make setup`, or set device: auto"
    if found[0].driver < (int(built_for.split(".")[0]), 0):
        version = ".".join(map(str, found[0].driver))
        return (
            f"the driver of {found[0].name} runs CUDA {version} at most, and this PyTorch wants {built_for}",
            f"install a driver for CUDA {built_for} or newer, or set device: auto",
        )
    return None


def _load_library(name: str) -> bool:
    for candidate in (*_packaged(name), name):
        try:
            ctypes.CDLL(candidate, mode=ctypes.RTLD_GLOBAL)
        except OSError:
            continue
        return True
    return False


def _packaged(name: str) -> list[str]:
    try:
        spec = util.find_spec("nvidia.cublas")
    except ModuleNotFoundError:
        return []
    folders = (spec.submodule_search_locations or []) if spec else []
    return [str(path) for folder in folders if (path := Path(folder) / "lib" / name).is_file()]
