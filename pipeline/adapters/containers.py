"""Files that were cut short and whose decoder does not notice: what WAV headers promise, how Ogg files end."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

# What programs that cannot go back to the header write for "as long as it turns out to be": ffmpeg, sox, arecord.
_UNKNOWN_SIZES = (0, 0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_OGG_HEADER = 27
_OGG_PAGE_MAX = 65_307


def is_flac(path: Path) -> bool:
    """Whether this is a plain FLAC file, whose frames follow each other without a gap (RFC 9639)."""
    with path.open("rb") as file:
        return file.read(4) == b"fLaC"


def is_cut_short(path: Path) -> bool:
    """Whether a WAV has less sound than its header promises, or an Ogg file ends inside a page.

    Sources: the RIFF and RF64 (EBU Tech 3306) layouts, RFC 3533 for Ogg pages. Other formats give False: their
    decoders report it.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        magic = file.read(12)
        if magic[:4] in (b"RIFF", b"RF64", b"BW64") and magic[8:] == b"WAVE":
            return _wav_promises_more(file, size)
        return magic[:4] == b"OggS" and _ogg_ends_in_page(file, size)


def _wav_promises_more(file: BinaryIO, size: int) -> bool:
    long_size = None
    while len(header := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", header)
        if name == b"ds64":
            body = file.read(length)
            long_size = struct.unpack_from("<Q", body, 8)[0] if len(body) >= 16 else None
        elif name == b"data":
            if length == 0xFFFFFFFF and long_size is not None:
                return file.tell() + int(long_size) > size
            return length not in _UNKNOWN_SIZES and file.tell() + int(length) > size
        else:
            file.seek(length + length % 2, 1)
    return False


def _ogg_ends_in_page(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - 2 * _OGG_PAGE_MAX))
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :] if b"OggS" in tail else b""
    if not page:
        return False
    segments = page[26] if len(page) >= _OGG_HEADER else 0
    table = page[_OGG_HEADER : _OGG_HEADER + segments]
    return len(page) < _OGG_HEADER or len(table) < segments or len(page) < _OGG_HEADER + segments + sum(table)
