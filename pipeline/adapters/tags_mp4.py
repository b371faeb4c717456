"""Tags and chapters of an M4A: ffmpeg writes the chapters, mutagen the rest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.adapters import ffmpeg
from pipeline.adapters.feed_elements import cut
from pipeline.adapters.tags import EpisodeTags, image_type, listed_chapters, replay_gain, to_alpha3, writing
from pipeline.errors import StageError
from pipeline.formats.chapters.ffmetadata import write_ffmetadata

_PODCAST = 21  # the media kind, stik
_EXPLICIT = 1
_MAX_NUMBER = 0xFFFF  # trkn and disk have two bytes
_MAX_SHORT = 255  # characters of desc; ldes has the whole
_FREEFORM = "----:com.apple.iTunes:"


def tag_m4a(path: Path, about: EpisodeTags) -> None:
    """Give the M4A at `path` these tags and chapters and no others; its packets of sound stay as they are.

    Chapters are written twice, as Apple's players read them (a text track) and as others do (Nero's chpl). What says
    where the sound lies comes before it, so that players can begin and seek before they have everything. The same
    tags give the same bytes. Source of the atoms: mutagen's list of what iTunes writes. Raises InputError when the
    cover is neither JPEG nor PNG, StageError when the file cannot be written.
    """
    _write_chapters(path, about)
    with writing(path):
        file = _mp4().MP4(path)
        for name, value in _atoms(about).items():
            if value:
                file[name] = value
        file.save(padding=lambda info: 0)


def _mp4() -> Any:
    """The mp4 module of mutagen, whose functions carry no types."""
    from mutagen import mp4

    return mp4


def _write_chapters(path: Path, about: EpisodeTags) -> None:
    """Write the file anew with these chapters and the sound alone, whose language it tells."""
    listed, made = path.with_name(f"chapters-{path.stem}.txt"), path.with_name(f"chaptered-{path.name}")
    store.write_text_atomic(listed, write_ffmetadata(listed_chapters(about)))
    inputs = [*ffmpeg.input_options(path), "-f", "ffmetadata", "-i", f"file:{listed}"]
    kept = ["-map", "0:a:0", "-c", "copy", "-map_metadata:g", "-1", "-map_chapters", "1"]
    language = ["-metadata:s:a:0", f"language={to_alpha3(about.language) or 'und'}"]
    written = ["-movflags", "+faststart", "-bitexact", "-f", "ipod", f"file:{made}"]
    report = ffmpeg.run([*inputs, *kept, *language, *written])
    if report.status != 0:
        why = report.errors[0] if report.errors else f"ffmpeg ended with status {report.status}"
        raise StageError(f"{path.name}: chapters cannot be written ({why})", fix="run `showrunner doctor`")
    os.replace(made, path)


def _atoms(about: EpisodeTags) -> dict[str, Any]:
    gains = {f"{_FREEFORM}replaygain_track_{name}": value for name, value in replay_gain(about.loudness).items()}
    return {
        "\xa9nam": about.title,
        "\xa9ART": about.artist,
        "aART": about.artist,
        "\xa9alb": about.album,
        "\xa9gen": "Podcast",
        "\xa9day": about.date,
        "\xa9lyr": about.lyrics,
        "cprt": about.copyright,
        "desc": cut(" ".join((about.description or "").split()), _MAX_SHORT),
        "ldes": about.description,
        "trkn": [(about.number, 0)] if about.number and about.number <= _MAX_NUMBER else None,
        "disk": [(about.season, 0)] if about.season and about.season <= _MAX_NUMBER else None,
        "stik": [_PODCAST],
        "pcst": True,
        "purl": about.feed_url,
        "egid": about.guid,
        "catg": about.category,
        "keyw": ",".join(about.keywords),
        "rtng": [_EXPLICIT] if about.explicit else None,
        "covr": [_cover(about.cover)] if about.cover else None,
        **{name: [value.encode()] for name, value in gains.items()},
    }


def _cover(data: bytes) -> Any:
    cover = _mp4().MP4Cover
    formats = {"image/jpeg": cover.FORMAT_JPEG, "image/png": cover.FORMAT_PNG}
    return cover(data, formats[image_type(data)])
