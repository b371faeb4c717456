"""An audiogram: cover, moving waveform and captions as a short MP4, drawn with Pillow and encoded by ffmpeg."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.adapters import ffmpeg, fonts, images, peaks, pipes
from pipeline.adapters.captions import CaptionPainter
from pipeline.adapters.drawing import blend, choose_font, shorten
from pipeline.errors import StageError
from pipeline.models import Storyboard
from pipeline.pictures.palette import COLOURS, speaker_colour
from pipeline.store import Progress

if TYPE_CHECKING:
    from PIL.Image import Image

FRAMES = 25  # a second
_BARS = 12  # a second
_PITCH = 24  # pixels from bar to bar
_RATE = 16_000
_DARK = COLOURS["dark"]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things are: cover (left, top, side), the room of the titles, the waveform, the captions; in pixels."""

    width: int
    height: int
    cover: tuple[int, int, int]
    titles: tuple[int, int, int]
    wave: tuple[int, int]
    captions: tuple[int, int, int, int]


_LAYOUTS = {
    "square": _Layout(1080, 1080, (72, 72, 250), (354, 72, 654), (380, 200), (72, 630, 936, 380)),
    "portrait": _Layout(1080, 1920, (290, 170, 500), (72, 730, 936), (1010, 260), (72, 1340, 936, 480)),
    "landscape": _Layout(1920, 1080, (96, 96, 300), (432, 96, 1392), (450, 210), (96, 710, 1728, 300)),
}


def render(board: Storyboard, sound: Path, cover: Path, target: Path, progress: Progress) -> tuple[str, ...]:
    """Write the video (H.264, AAC, yuv420p, index first), and return texts for which this machine has no font.

    Raises StageError when ffmpeg has no libx264, or fails, or the disk is full; InputError for an unusable cover.
    """
    ffmpeg.check_ffmpeg()
    if not pipes.has_encoder("libx264"):
        raise StageError(
            "this ffmpeg cannot write H.264: it was built without libx264, which an audiogram needs",
            fix="install one that can (`apt-get install ffmpeg`, `brew install ffmpeg`), or do without an audiogram",
        )
    painter = _Painter(board, cover, peaks.measure_levels(sound, *_window(board), start=board.start))
    layout = painter.layout
    picture = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{layout.width}x{layout.height}", "-r", str(FRAMES)]
    ends = f"afade=t=in:d=0.03,afade=t=out:st={max(0.0, board.length - 0.3):.3f}:d=0.3"
    clip = ["-ss", f"{board.start:.3f}", "-t", f"{board.length:.3f}", *ffmpeg.input_options(sound)]
    # A fixed number of threads: what x264 writes depends on it.
    video = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-threads", "2", "-pix_fmt", "yuv420p"]
    audio = ["-c:a", "aac", "-b:a", "128k", "-ar", "44100", "-af", ends]
    plain = ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    plain += ["-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "mp4", str(target)]
    streams = ["-map", "0:v:0", "-map", "1:a:0", "-t", f"{board.length:.3f}"]
    pipes.write_pieces(
        [*picture, "-i", "pipe:0", *clip, *streams, *video, *audio, *plain],
        painter.frames(progress),
        f"{target.name}: the audiogram could not be encoded",
    )
    return tuple(dict.fromkeys(painter.left_out))


def _window(board: Storyboard) -> tuple[float, int, int, int]:
    return board.length, _RATE, 1, max(1, round(board.length * _BARS))


class _Painter:
    """Draws frame after frame; only what changed since the one before is drawn again."""

    def __init__(self, board: Storyboard, cover: Path, levels: bytes) -> None:
        self.board = board
        self.layout = _LAYOUTS[board.shape]
        self.left_out: list[str] = []
        self._base = self._draw_base(cover)
        self._played, self._coming = (self._draw_wave(levels, played=played) for played in (True, False))
        left, top, width, height = self.layout.captions
        self._captions = CaptionPainter(board, width, height)
        self._place = (left, top)
        self.left_out += self._captions.left_out

    def frames(self, progress: Progress) -> Iterator[bytes]:
        """The pixels of every frame, red, green and blue."""
        count = max(1, round(self.board.length * FRAMES))
        shown = None
        for number in range(count):
            time = number / FRAMES
            state = self._captions.state(time)
            if state != shown:
                self._base.paste(self._captions.draw(state), self._place)
                shown = state
            self._move_wave(time)
            yield self._base.tobytes()
            if number % FRAMES == 0:
                progress(time, self.board.length)

    def _draw_base(self, cover: Path) -> Image:
        from io import BytesIO

        from PIL import Image

        layout = self.layout
        image = Image.new("RGB", (layout.width, layout.height), _DARK["paper"])
        left, top, side = layout.cover
        with Image.open(BytesIO(images.shrink(cover, side))) as picture:
            image.paste(picture, (left, top))
        self._write_titles(image)
        return image

    def _write_titles(self, image: Image) -> None:
        """The show, what the episode is called, and the words that the clip is known by."""
        from PIL import ImageDraw

        canvas = ImageDraw.Draw(image)
        left, top, room = self.layout.titles
        rows = (
            (self.board.show, 34, "quiet", False),
            (self.board.about, 48, "ink", True),
            (self.board.title, 36, "v1", False),
        )
        for text, size, colour, bold in rows:
            plain = fonts.drawable(text)
            for line in _wrap(plain, size, room, self.board.language, bold) if plain else ():
                font = choose_font(plain, size, self.board.language, bold=bold)
                if font is None:
                    self.left_out.append(text)
                    break
                canvas.text((left, top), shorten(line, font, room), _DARK[colour], font)
                top += round(size * 1.3)
            top += 12

    def _draw_wave(self, levels: bytes, *, played: bool) -> Image:
        """All bars of the clip in a row, in the colour of who speaks."""
        from PIL import Image, ImageDraw

        count, height = len(levels) // 2, self.layout.wave[1]
        image = Image.new("RGB", (max(1, count * _PITCH), height), _DARK["paper"])
        canvas = ImageDraw.Draw(image)
        for number in range(count):
            colour = _DARK[speaker_colour(self._colour_at((number + 0.5) / _BARS))]
            reach = max(4.0, (height / 2 - 6) * levels[2 * number] / 255)
            left = number * _PITCH + 5
            box = (left, round(height / 2 - reach), left + 13, round(height / 2 + reach))
            canvas.rounded_rectangle(box, 7, colour if played else blend(_DARK["paper"], colour, 0.35))
        return image

    def _colour_at(self, time: float) -> int:
        said = [one for one in self.board.captions if one.start <= time < one.end]
        return said[-1].colour if said else 0

    def _move_wave(self, time: float) -> None:
        """The bars run from right to left past the middle, where what is heard now is."""
        from PIL import Image

        top, height = self.layout.wave
        width, middle = self.layout.width, self.layout.width // 2
        band = Image.new("RGB", (width, height), _DARK["paper"])
        offset = middle - round(time * _BARS * _PITCH)
        band.paste(self._coming, (offset, 0))
        band.paste(self._played.crop((0, 0, max(0, middle - offset), height)), (offset, 0))
        self._base.paste(band, (0, top))


def _wrap(text: str, size: int, room: int, language: str, bold: bool) -> list[str]:
    """Two lines of text, the second with the rest of it."""
    font = choose_font(text, size, language, bold=bold)
    words = text.split()
    first = 1
    while font and first < len(words) and font.getlength(" ".join(words[: first + 1])) <= room:
        first += 1
    return [line for line in (" ".join(words[:first]), " ".join(words[first:])) if line]
