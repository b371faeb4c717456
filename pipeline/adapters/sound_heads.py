"""How long an MP3 is, by its first frames and its size, with mutagen; the rest of the file stays where it is."""

from __future__ import annotations

from io import BytesIO

from pipeline.models import Seconds

#: Bytes that hold the header of the first frame, and what encoders write into that frame.
ENOUGH = 16 << 10


def begin_of_sound(head: bytes) -> int:
    """Where the ID3 tag at the head of a file ends; 0 where there is none. Source: ID3v2.4, section 3.1."""
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if head[5] & 0x10 else 0)


def mp3_length(frames: bytes, size: int) -> Seconds | None:
    """Seconds of an MP3 whose frames begin so, and take `size` bytes; None where that is no MP3.

    Exact where the encoder counted its frames (Xing, Info, VBRI), else as if the first frame's bit rate were kept.
    """
    from mutagen.mp3 import BitrateMode, HeaderNotFoundError, MPEGInfo

    try:
        info = MPEGInfo(BytesIO(frames))
    except (HeaderNotFoundError, EOFError):
        return None
    if info.sketchy or info.bitrate <= 0:
        return None
    if info.bitrate_mode is not BitrateMode.UNKNOWN:
        return float(info.length)
    return float(size * 8 / info.bitrate)
