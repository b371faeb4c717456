"""configs/voices/: a JSON file for each known voice, beside the clips that people drop in."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from pipeline import store
from pipeline.config import EnrolledVoice, VoiceSample
from pipeline.errors import ConfigError, InputError

_CLIPS = (".wav", ".mp3", ".flac", ".m4a", ".ogg", ".opus", ".mp4", ".aac", ".aiff", ".webm")
_NOT_IN_FILES = re.compile(r'[/\\:*?"<>|\x00-\x1f]|^\.')
_NUMBER = re.compile(r"[\s-]*(\(\d+\)|\d+)$")


def load(folder: Path) -> tuple[EnrolledVoice, ...]:
    """The enrolled voices, by name. Raises ConfigError for a file that is none, and for a name in two files."""
    return tuple(sorted(_read(folder).values(), key=lambda voice: voice.name))


def find(folder: Path, name: str) -> EnrolledVoice | None:
    """The enrolled voice of that name."""
    return next((voice for voice in load(folder) if voice.name == name), None)


def require(folder: Path, name: str) -> EnrolledVoice:
    """The enrolled voice of that name. Raises InputError with the names that there are."""
    voice = find(folder, name)
    if voice is None:
        names = ", ".join(one.name for one in load(folder))
        raise InputError(f"{name}: no voice of that name is enrolled", fix=f"enrolled are: {names or 'none yet'}")
    return voice


def list_clips(folder: Path) -> dict[Path, str]:
    """The sound files in the folder, each with whose voice it is by its name."""
    return {path: name_of(path) for path in sorted(folder.glob("*")) if path.suffix.lower() in _CLIPS}


def name_of(clip: Path) -> str:
    """Who speaks in a clip: its name without underscores and a number at its end.

    >>> [name_of(Path(one)) for one in ("Grace Example.wav", "Grace_Example 2.mp3", "Grace Example (3).flac")]
    ['Grace Example', 'Grace Example', 'Grace Example']
    """
    name = " ".join(clip.stem.replace("_", " ").split())
    return _NUMBER.sub("", name) or name


def add(folder: Path, name: str, sample: VoiceSample, *, model: str, weights: str) -> EnrolledVoice:
    """Learn a sample of a voice besides those that it has; the same stretch of the same recording counts once.

    Raises InputError when the voice was learnt with other weights, or another name has its file.
    """
    path = _place(folder, name)
    known = find(folder, name)
    if known and known.weights != weights:
        raise InputError(
            f"configs/voices/{path.name}: was learnt with another model, which this one cannot be averaged with",
            fix=f"`showrunner voices remove '{name}'`, then add it again",
        )
    others = tuple(one for one in known.samples if _stretch(one) != _stretch(sample)) if known else ()
    made = EnrolledVoice(name=name, model=model, weights=weights, samples=(*others, sample))
    # Nobody else on this machine has a right to it.
    store.write_atomic(path, store.to_json(made), mode=0o600)
    return made


def keep(folder: Path, voice: EnrolledVoice, samples: tuple[VoiceSample, ...]) -> None:
    """Forget all other samples of a voice, and with the last of them the voice."""
    path = _place(folder, voice.name)
    if samples:
        store.write_atomic(path, store.to_json(voice.model_copy(update={"samples": samples})), mode=0o600)
    else:
        store.remove(path, up_to=folder)


def remove(folder: Path, name: str) -> list[str]:
    """Forget a voice, its file and its clips, and return their names. Raises InputError when there is no such voice."""
    require(folder, name)
    gone = [_place(folder, name), *(path for path, whose in list_clips(folder).items() if whose == name)]
    for path in gone:
        store.remove(path, up_to=folder)
    return [path.name for path in gone]


def _read(folder: Path) -> dict[Path, EnrolledVoice]:
    voices: dict[Path, EnrolledVoice] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            voice = EnrolledVoice.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            what = "is not an enrolled voice" if isinstance(error, ValidationError) else error.strerror
            raise ConfigError(
                f"configs/voices/{path.name}: {what}", fix="delete it, then `showrunner voices add` the voice again"
            ) from error
        twice = next((other.name for other, known in voices.items() if known.name == voice.name), None)
        if twice:
            raise ConfigError(
                f"configs/voices/{path.name}: {voice.name} is enrolled in {twice} too", fix="delete one of the two"
            )
        voices[path] = voice
    return voices


def _place(folder: Path, name: str) -> Path:
    """The file of a voice: where it is, else a new one. Raises InputError when another name would have the same."""
    voices = _read(folder)
    path = next((path for path, voice in voices.items() if voice.name == name), None)
    path = path or folder / f"{_NOT_IN_FILES.sub('-', name)}.json"
    if path in voices and voices[path].name != name:
        raise InputError(
            f"{name}: configs/voices/{path.name} is the voice of {voices[path].name} already",
            fix="write the name as it stands there, or remove that voice first",
        )
    return path


def _stretch(sample: VoiceSample) -> tuple[str, str, float | None, float | None]:
    return sample.source, sample.sha256, sample.start, sample.end
