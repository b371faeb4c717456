"""Reading recordings: what a file holds, its sound as 16 kHz mono, and where it is broken. All through ffmpeg."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.adapters import containers, ffmpeg
from pipeline.adapters.ffmpeg import check_ffmpeg as check_ffmpeg
from pipeline.adapters.ffmpeg import version as version
from pipeline.errors import InputError

LONGEST = 24 * 3600  # seconds of a recording
RATE = 16_000
Mix = Literal["both", "left", "right"]

_BYTES_A_SECOND = RATE * 4
_SHORT_BY = 0.25  # seconds that a container's duration may promise too much, as with encoder padding
_RMS = re.compile(r"\[Parsed_astats_\d+ @ \w+\] \[info\] RMS level dB: (\S+)")
_FRAME = re.compile(r"\[Parsed_ashowinfo_\d+ @ \w+\].* pts_time:(\S+).* rate:(\d+) nb_samples:(\d+)")
_MONO = {"both": "pan=mono|c0=0.5*c0+0.5*c1", "left": "pan=mono|c0=c0", "right": "pan=mono|c0=c1"}
_WAIT = "if it is still being recorded or copied, wait until that is done"


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file holds: `duration` in seconds (None unless the container knows it), `tags` with lower-case keys."""

    duration: float | None
    channels: int
    sample_rate: int
    codec: str
    tags: dict[str, str]
    has_audio: bool
    has_video: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """RMS in dBFS (-inf for silence) of both channels, of half their sum and of half their difference."""

    left: float
    right: float
    middle: float
    side: float

    @property
    def mix(self) -> Mix:
        """The channels that mono is made of: a dead channel is left out, and so is one that cancels the other."""
        louder: Mix = "left" if self.left >= self.right else "right"
        dead = abs(self.left - self.right) > 40
        cancels = self.side - self.middle > 20
        return louder if dead or cancels else "both"

    @property
    def differ(self) -> bool:
        """Whether there is anything to hear in stereo."""
        return self.mix == "both" and self.side - self.middle > -50


@dataclass(frozen=True, slots=True)
class Decoded:
    """The outcome of decoding: `levels` for two channels or more, `errors` as ffmpeg told them, in order.

    `failed` when ffmpeg gave up; it may complain and still finish.
    """

    seconds: float
    levels: Levels | None
    errors: tuple[str, ...]
    failed: bool = False


def check_file(path: Path) -> None:
    """Raise InputError when there is no such file, it is a folder, it is empty, or it may not be read."""
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file", fix="check the path; quote it if it has spaces") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, not a recording", fix="name one audio file in it") from None
    except OSError as error:
        fix = f"make it readable: chmod u+r {shlex.quote(str(path))}"
        raise InputError(f"{path}: cannot be read ({error.strerror})", fix=fix) from None
    if empty:
        raise InputError(f"{path}: is empty (0 bytes)", fix=f"export or copy it again; {_WAIT}")


def probe(path: Path) -> AudioInfo:
    """What the file holds. Raises InputError when it is missing, empty, unreadable or no audio or video file."""
    check_file(path)
    found, log = ffmpeg.probe(path)
    if not found.get("streams"):
        raise _not_audio(path, log)
    streams: list[dict[str, Any]] = found["streams"]
    audio = next((one for one in streams if one.get("codec_type") == "audio"), {})
    video = [one for one in streams if one.get("codec_type") == "video" and not _is_picture(one)]
    if audio and not audio.get("channels"):
        raise _not_audio(path, log)
    tags = {**audio.get("tags", {}), **found.get("format", {}).get("tags", {})}
    guessed = "Estimating duration from bitrate" in log
    return AudioInfo(
        duration=None if guessed else _duration(audio, found.get("format", {}), alone=not video),
        channels=int(audio.get("channels", 0)),
        sample_rate=int(audio.get("sample_rate", 0)),
        codec=str(audio.get("codec_name", "")),
        tags={key.lower(): str(value) for key, value in tags.items()},
        has_audio=bool(audio),
        has_video=bool(video),
    )


def require_audio(path: Path, info: AudioInfo) -> None:
    """Raise InputError for a video without sound, or a file with pictures only."""
    if not info.has_audio:
        what = "is a video without sound" if info.has_video else "has no audio in it"
        raise InputError(f"{path}: {what}", fix="export it with its audio track, or name the audio file")


def decode(path: Path, info: AudioInfo, target: Path, mix: Mix, progress: Callable[[float], None]) -> Decoded:
    """Write the sound to `target` as 16 kHz mono little-endian float32 without a header, in one streaming pass.

    `mix` says what two or more channels become. Gaps in the container's clock become silence, so that times are
    those that a player shows. Whether the file is sound is for `check_whole` to say. Raises InputError for a recording
    of more than a day: a small file may say that it is years long, and fill the disk with their silence.
    """
    chain = [*to_stereo(info.channels), f"aresample={RATE}:async=1"]
    if info.channels > 1:
        chain += ["pan=4c|c0=c0|c1=c1|c2=0.5*c0+0.5*c1|c3=0.5*c0-0.5*c1"]
        chain += ["astats=measure_perchannel=RMS_level:measure_overall=none", _MONO[mix]]
    limit = ["-t", str(LONGEST + 1)]
    output = ["-map_metadata", "-1", *limit, "-c:a", "pcm_f32le", "-f", "f32le", "-bitexact", str(target)]
    report = ffmpeg.run([*ffmpeg.input_options(path), "-map", "0:a:0", "-af", ",".join(chain), *output], progress)
    size = target.stat().st_size if target.exists() else 0
    found = [float(match[1]) for line in report.log if (match := _RMS.match(line))]
    levels = Levels(*found[-4:]) if len(found) >= 4 else None
    if size / _BYTES_A_SECOND > LONGEST:
        raise InputError(f"{path}: is longer than {LONGEST // 3600} hours", fix="cut it into episodes first")
    return Decoded(size / _BYTES_A_SECOND, levels, report.errors, failed=report.status != 0)


def to_stereo(channels: int) -> list[str]:
    """The filter that folds surround sound down to two channels; nothing for mono and stereo."""
    return ["aformat=channel_layouts=stereo"] if channels > 2 else []


def to_mono(channels: int, mix: Mix) -> list[str]:
    """The filters that make one channel of any number."""
    return [*to_stereo(channels), _MONO[mix]] if channels > 1 else []


def check_whole(path: Path, info: AudioInfo, decoded: Decoded) -> None:
    """Raise InputError, naming the second, when a decoded file turned out to be truncated or damaged."""
    if decoded.seconds == 0:
        why = f" ({decoded.errors[0]})" if decoded.errors else ""
        raise InputError(f"{path}: no sound could be decoded{why}", fix=f"export it again as WAV, FLAC or MP3; {_WAIT}")
    broken = _first_error(path) if decoded.errors else None
    if info.duration is not None and decoded.seconds < info.duration - _SHORT_BY:
        why = f"of the {info.duration:.1f} s it should have only {decoded.seconds:.1f} s decode"
        if broken is not None and broken < decoded.seconds - _SHORT_BY:
            raise _damaged(path, broken, why)
        raise _truncated(path, decoded.seconds, why)
    if decoded.failed or containers.is_cut_short(path):
        raise _truncated(path, decoded.seconds, "the file ends before its sound does")
    # ffmpeg drops a FLAC frame that it cannot read without a word, and only the clock of the frames tells.
    if containers.is_flac(path) and (gap := ffmpeg.first_gap(path)) is not None and gap < decoded.seconds - _SHORT_BY:
        raise _damaged(path, gap, "frames are missing there")
    # What comes after the last sound (a lyrics tag, padding) is not damage, nor what ffmpeg says before the first.
    if broken and (info.duration is None or broken < info.duration - _SHORT_BY):
        raise _damaged(path, broken, decoded.errors[0])


def _first_error(path: Path) -> float | None:
    """The second that decodes right before ffmpeg's first complaint after the sound began; None without one."""
    show = [*ffmpeg.input_options(path), "-map", "0:a:0", "-af", "ashowinfo", "-f", "null", "-"]
    first = last = None
    with closing(ffmpeg.follow(show)) as log:
        for line, is_error in log:
            if is_error and last is not None:
                return last
            if frame := _FRAME.match(line):
                start = float(frame[1])
                first = start if first is None else first
                last = start - first + int(frame[3]) / int(frame[2])
    return None


def _truncated(path: Path, second: float, why: str) -> InputError:
    return InputError(
        f"{path}: is truncated, it breaks off at second {second:.1f}: {why}",
        fix=f"{_WAIT}; else export or copy it again, or keep what there is: {_keep(path, f'-t {second:.1f} ')}",
    )


def _damaged(path: Path, second: float, why: str) -> InputError:
    return InputError(
        f"{path}: is damaged at second {second:.1f}: {why}",
        fix=f"export or copy it again, or let ffmpeg leave the damage out, and listen there: {_keep(path, '')}",
    )


def _keep(path: Path, until: str) -> str:
    return f"`ffmpeg -i {shlex.quote(f'file:{path}')} {until}mended.flac`"


def _not_audio(path: Path, log: str) -> InputError:
    if "moov atom not found" in log:
        return InputError(
            f"{path}: is truncated at second 0.0: the index that an MP4 or M4A ends with is missing",
            fix=f"{_WAIT}; else copy it again, or recover it with the recorder's own repair function",
        )
    if "not on whitelist" in log:
        what = "is a playlist, a picture or another format that is not taken as a recording"
    else:
        what = "is not an audio or video file that ffmpeg knows, or only the start of one"
    return InputError(f"{path}: {what}", fix=f"give a WAV, MP3, M4A, FLAC, OGG, OPUS or MP4 file; {_WAIT}")


def _is_picture(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _duration(audio: dict[str, Any], container: dict[str, Any], *, alone: bool) -> float | None:
    """The audio stream's own duration; the container's only where no picture could be what lasts longer."""
    tagged = re.fullmatch(r"(\d+):(\d+):([\d.]+)", audio.get("tags", {}).get("DURATION", ""))
    if "duration" in audio:
        seconds = float(audio["duration"])
    elif tagged:
        seconds = int(tagged[1]) * 3600 + int(tagged[2]) * 60 + float(tagged[3])
    elif alone and "duration" in container:
        seconds = float(container["duration"])
    else:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None
