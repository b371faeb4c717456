"""A file that was cut short is told from one that merely looks odd."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from audio_samples import cut, stereo

from pipeline.adapters.containers import is_cut_short

SOUND = bytes(1000)


def chunk(name: bytes, body: bytes, size: int | None = None) -> bytes:
    return name + struct.pack("<I", len(body) if size is None else size) + body + b"\0" * (len(body) % 2)


def wav(*chunks: bytes, magic: bytes = b"RIFF") -> bytes:
    return magic + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WAVE" + b"".join(chunks)


FORMAT = chunk(b"fmt ", bytes(16))


@pytest.mark.parametrize(
    ("data", "short"),
    [
        (wav(FORMAT, chunk(b"data", SOUND)), False),
        (wav(FORMAT, chunk(b"data", SOUND), chunk(b"LIST", bytes(8))), False),
        (wav(FORMAT, chunk(b"junk", bytes(7)), chunk(b"data", SOUND)), False),
        (wav(FORMAT, chunk(b"data", SOUND, 1001)), True),
        (wav(FORMAT, chunk(b"junk", bytes(7)), chunk(b"data", SOUND, 4000)), True),
        (wav(FORMAT, chunk(b"data", SOUND, 0xFFFFFFFF)), False),
        (wav(FORMAT, chunk(b"data", SOUND, 0)), False),
        (wav(chunk(b"ds64", struct.pack("<QQ", 0, 1000)), FORMAT, chunk(b"data", SOUND, 0xFFFFFFFF), magic=b"RF64"), False),
        (wav(chunk(b"ds64", struct.pack("<QQ", 0, 5000)), FORMAT, chunk(b"data", SOUND, 0xFFFFFFFF), magic=b"RF64"), True),
        (wav(FORMAT), False),
        (b"", False),
        (b"OggS", True),
        (b"OggS" + bytes(40), False),
    ],
    ids=[
        "whole", "tags after the sound", "odd chunk before", "one byte less", "odd chunk before and cut", "streamed",
        "never finished", "large", "large and cut", "no sound", "empty", "start of an Ogg page", "an empty Ogg page",
    ],
)  # fmt: skip
def test_wav_headers_and_ogg_pages(tmp_path: Path, data: bytes, short: bool) -> None:
    (tmp_path / "a").write_bytes(data)
    assert is_cut_short(tmp_path / "a") is short


@pytest.mark.parametrize("ending", ["ogg", "opus"])
@pytest.mark.parametrize("share", [0.3, 0.55, 0.99])
def test_an_ogg_file_cut_anywhere_is_cut_short(tmp_path: Path, ending: str, share: float) -> None:
    whole = stereo(tmp_path / f"a.{ending}", 3)
    assert not is_cut_short(whole)
    assert is_cut_short(cut(whole, tmp_path / f"b.{ending}", share))


def test_what_follows_the_last_ogg_page_does_not_matter(tmp_path: Path) -> None:
    whole = stereo(tmp_path / "a.ogg", 1)
    whole.write_bytes(whole.read_bytes() + b"TAG" + bytes(125))
    assert not is_cut_short(whole)
