"""How a programme becomes MP3, AAC or Opus: what ffmpeg is told, and what each encoder does to the level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["mp3", "m4a", "opus"]

MEDIA_TYPES: dict[Kind, str] = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "opus": "audio/ogg"}

_PLAIN = ["-map_metadata", "-1", "-map_chapters", "-1", "-bitexact"]
_CONTAINERS: dict[Kind, str] = {
    "mp3": "f=mp3:write_xing=1:id3v2_version=0:write_id3v1=0",
    "m4a": "f=ipod:movflags=+faststart",
    "opus": "f=ogg",
}
_STREAMS: dict[Kind, tuple[str, str]] = {
    "mp3": ("mp3", "f=mp3:write_xing=0:id3v2_version=0"),
    "m4a": ("aac", "f=adts"),
    "opus": ("ogg", "f=ogg"),
}


@dataclass(frozen=True, slots=True)
class Encoder:
    """One encoding: `bitrate` in kbit/s, constant for MP3 unless it is to vary with LAME's `quality`, 0 (best) to 9."""

    kind: Kind
    bitrate: int
    quality: int | None = None

    @property
    def constant(self) -> bool:
        """Whether every second takes the same number of bits."""
        return self.kind == "mp3" and self.quality is None

    @property
    def headroom(self) -> float:
        """How many dB the limiter stays below the ceiling: what the encoding adds to the peaks of most speech."""
        return {"mp3": 0.75, "m4a": 0.75, "opus": 0.75}[self.kind]

    @property
    def stream(self) -> str:
        """The format in which the packets go to whoever listens while they are written."""
        return _STREAMS[self.kind][0]

    def filters(self, channels: int) -> list[str]:
        """What the sound goes through behind the limiter."""
        if self.kind == "opus":
            return ["aresample=48000"]
        return [f"volume={_lame_loss(self):.4f}dB:precision=float"] if self.kind == "mp3" else []

    @property
    def options(self) -> list[str]:
        """The codec and its settings. The same sound gives the same bytes."""
        rate = ["-b:a", f"{self.bitrate}k"]
        if self.kind == "mp3":
            return ["-c:a", "libmp3lame", *(rate if self.quality is None else ["-q:a", str(self.quality)]), *_PLAIN]
        if self.kind == "opus":
            return ["-c:a", "libopus", *rate, "-vbr", "on", "-application", "audio", *_PLAIN]
        return ["-c:a", "aac", *rate, "-flags", "+global_header+bitexact", *_PLAIN]

    def outputs(self, target: Path) -> str:
        """What ffmpeg's tee muxer writes: the file, and the same packets to standard output."""
        file = re.sub(r"([\\'|\[\]:])", r"\\\1", str(target))
        return f"[{_CONTAINERS[self.kind]}:fflags=+bitexact]file:{file}|[{_STREAMS[self.kind][1]}]pipe:1"


def _lame_loss(encoder: Encoder) -> float:
    """How many dB LAME takes off: its presets scale the input by 0.95 up to 160 kbit/s, less above (measured)."""
    if encoder.quality is not None:
        return 0.0
    return {192: 0.265, 224: 0.176, 256: 0.0, 320: 0.0}.get(encoder.bitrate, 0.446)
