"""Which files are meant, whether a shell, a person or `make` hands the names over."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli.episodes import find_recordings
from pipeline.errors import InputError

FILES = ("host.wav", "guest.wav", "my host.wav", "it's.wav", "a 'quoted' one.wav", "$HOME.wav")

NAMED = [
    ("one", ("host.wav",), ("host.wav",)),
    ("two arguments", ("host.wav", "guest.wav"), ("host.wav", "guest.wav")),
    ("two from make", ("host.wav guest.wav",), ("host.wav", "guest.wav")),
    ("one with a space", ("my host.wav",), ("my host.wav",)),
    ("quoted for make", ("'my host.wav' guest.wav",), ("my host.wav", "guest.wav")),
    ("doubly quoted for make", ('"my host.wav"   "guest.wav"',), ("my host.wav", "guest.wav")),
    ("a quotation mark", ("it's.wav",), ("it's.wav",)),
    ("quotation marks", ("a 'quoted' one.wav", "host.wav"), ("a 'quoted' one.wav", "host.wav")),
    ("nothing is expanded", ("$HOME.wav host.wav",), ("$HOME.wav", "host.wav")),
]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FILES:
        (tmp_path / name).write_text("sound")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("given", "meant"), [case[1:] for case in NAMED], ids=[case[0] for case in NAMED])
def test_the_files_that_are_meant_are_found(given: tuple[str, ...], meant: tuple[str, ...], tmp_path: Path) -> None:
    assert find_recordings(given) == tuple(tmp_path.resolve() / name for name in meant)


WRONG = [
    (("host.wav gone.wav",), "gone.wav: there is no such file"),
    (("gone.wav",), "gone.wav: there is no such file"),
    (("gone it's.wav",), "gone it's.wav: there is no such file"),
    (("host.wav", "./host.wav"), "host.wav: is named twice"),
    (("host.wav https://example.org/b.wav",), "https://example.org/b.wav: is a URL"),
    (("",), "no recording was named"),
    (("host.wav",) * 9, "is named twice"),
]


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_what_is_wrong_is_told(given: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError, match=told.replace(".", r"\.")):
        find_recordings(given)


def test_nine_tracks_are_too_many(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.wav").write_text("sound")
    with pytest.raises(InputError, match="9 tracks were given; an episode is made from 8 at most"):
        find_recordings([f"{number}.wav" for number in range(9)])
