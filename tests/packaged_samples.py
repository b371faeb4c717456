"""A small invented episode for the tests of the package and the pages: what the stages before would hand over."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

from pipeline import site
from pipeline.adapters import images, note_templates
from pipeline.config import EpisodeConfig, NoteTemplates, Owner, PackageConfig, Show
from pipeline.models import (
    Audiogram,
    Blob,
    Chapter,
    Chapters,
    Encoded,
    Loudness,
    MasteredAudio,
    Mention,
    NoteLine,
    Package,
    Person,
    Pictures,
    Programme,
    Segment,
    ShowNotes,
    SourceFile,
    SourceFiles,
    Span,
    TimeMap,
    Transcript,
    Word,
)
from pipeline.stages import package
from pipeline.store import Workspace, digest_file

INTRO = 2.0  # seconds of music that master puts before the talk
TALK = (
    ("Niamh Quillane", "Welcome to the island."),
    ("Niamh Quillane", "The tide machine stands in the hall."),
    ("Wojciech Marczwiel", "It is made of brass & iron."),
    ("Wojciech Marczwiel", "Thirty wheels turn inside of it."),
    ("Niamh Quillane", "Who drew the first tide?"),
    ("Wojciech Marczwiel", "Hedvig did, in one long night."),
)
SHOW = Show(
    title="Salt and Brass",
    description="Machines that read the sea.",
    author="Niamh Quillane",
    owner=Owner(name="Niamh", email="niamh@saltandbrass.example"),
    link="https://saltandbrass.example",
    categories=("Science",),
    hosts=(Person(name="Niamh Quillane"),),
)
EPISODE = EpisodeConfig(
    title="The Tide Machine",
    date=dt.date(2026, 3, 2),
    guid="tide",
    sources=("tide.wav",),
    season=1,
    number=3,
    guests=(Person(name="Wojciech Marczwiel", href="https://example.org/w"),),
)
BASE = "https://saltandbrass.example/show"


def make_transcript(talk: tuple[tuple[str, str], ...] = TALK, seconds: float = 2.0) -> Transcript:
    """Each line of `talk` as a segment of `seconds`, its words evenly spread."""
    segments = []
    for number, (speaker, text) in enumerate(talk):
        said, begin = text.split(), number * seconds
        step = seconds / len(said)
        words = tuple(
            Word(start=begin + at * step, end=begin + (at + 1) * step, text=word, speaker=speaker)
            for at, word in enumerate(said)
        )
        segments.append(Segment(id=number, start=begin, end=begin + seconds, text=text, speaker=speaker, words=words))
    return Transcript(language="en", duration=len(talk) * seconds, model="base", segments=tuple(segments))


def make_notes(transcript: Transcript) -> ShowNotes:
    """Two lines of summary, a quote and two mentions."""
    lines = [
        NoteLine(text=one.text, start=one.start, segments=(one.id,), speaker=one.speaker) for one in transcript.segments
    ]
    return ShowNotes(
        summary=(lines[0], lines[1]),
        quotes=(lines[-1],),
        mentions=(
            Mention(term="Hedvig Kjærlund", link="https://example.org/hedvig", start=lines[-1].start, segment=5),
            Mention(term="Skerrivaig", start=0.0, segment=0),
        ),
        keywords=("tide",),
    )


CHAPTERS = Chapters(
    chapters=(
        Chapter(start=0.0, title="Welcome"),
        Chapter(start=4.0, title="Brass and iron"),
        Chapter(start=8.0, title="The first tide"),
    )
)


def make_sound(work: Workspace, seconds: float, *options: str) -> Blob:
    """A quiet tone as MP3, `seconds` long."""
    work.folder.mkdir(parents=True, exist_ok=True)
    tone = ["-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}:sample_rate=44100"]
    return _encode(work, "mastered.mp3", *tone, "-c:a", "libmp3lame", *(options or ("-b:a", "64k")))


def with_alternates(work: Workspace, mastered: MasteredAudio) -> MasteredAudio:
    """The same sound as M4A and Opus besides."""
    whole = ["-i", str(work.path(mastered.audio))]
    m4a = _encode(work, "mastered.m4a", *whole, "-c:a", "aac", "-b:a", "64k")
    opus = _encode(work, "mastered.opus", *whole, "-c:a", "libopus", "-b:a", "32k")
    alternates = (
        Encoded(audio=m4a, media_type="audio/mp4; codecs=mp4a.40.2", bitrate=64),
        Encoded(audio=opus, media_type="audio/ogg; codecs=opus", bitrate=32),
    )
    return mastered.model_copy(update={"alternates": alternates})


def _encode(work: Workspace, name: str, *arguments: str) -> Blob:
    path = work.folder / name
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, "-bitexact", path], check=True)
    return Blob(name=name, sha256=digest_file(path), size=path.stat().st_size)


def make_mastered(audio: Blob, duration: float, intro: float = INTRO) -> MasteredAudio:
    """The sound of `duration` seconds with the talk after an intro."""
    level = Loudness(integrated=-16.0, range=4.0, true_peak=-1.0)
    times = TimeMap(spans=(Span(start=0.0, end=duration - intro, heard_at=intro),))
    return MasteredAudio(
        audio=audio, media_type="audio/mpeg", duration=duration, sample_rate=44100, channels=1, bitrate=64,
        before=level, after=level, times=times,
    )  # fmt: skip


def make_cover(folder: Path, colour: str = "0x1a4a5a") -> SourceFile:
    """A picture in one colour, as JPEG."""
    path = folder / "cover.jpg"
    picture = ["-f", "lavfi", "-i", f"color=c={colour}:s=300x300", "-frames:v", "1"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *picture, path], check=True)
    return SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size)


def make_package(
    work: Workspace,
    *,
    transcript: Transcript | None = None,
    chapters: Chapters = CHAPTERS,
    notes: ShowNotes | None = None,
    show: Show = SHOW,
    episode: EpisodeConfig = EPISODE,
    settings: PackageConfig | None = None,
    mastered: MasteredAudio | None = None,
    programme: Programme | None = None,
    pictures: Pictures | None = None,
    cover: SourceFile | None = None,
    chapter_images: dict[str, Path] | None = None,
    slug: str = "tide",
    templates: NoteTemplates | None = None,
) -> Package:
    """Run the stage on the sample, with what the test wants to be different."""
    talk = transcript or make_transcript()
    duration = talk.duration + 2 * INTRO
    sound = mastered or make_mastered(make_sound(work, duration), duration)
    return package.run(
        work,
        sound,
        programme or Programme(duration=sound.duration, times=sound.times),
        pictures or Pictures(),
        Audiogram(),
        talk,
        chapters,
        notes or make_notes(talk),
        cover or make_cover(work.folder),
        SourceFiles(files=tuple(_outside(path) for path in (chapter_images or {}).values())),
        settings or PackageConfig(),
        show,
        episode,
        slug,
        BASE,
        templates or note_templates.load_templates([], Path()),
        tuple(chapter_images or ()),
    )


def _outside(path: Path) -> SourceFile:
    return SourceFile(path=str(path), sha256=digest_file(path), size=path.stat().st_size)


def publish_to(folder: Path, work: Workspace, made: Package, slug: str = "tide") -> Path:
    """Lay the package out as publishing does, and return the folder of the episode."""
    target = folder / "episodes" / slug
    target.mkdir(parents=True)
    for file in made.files:
        (target / file.key).write_bytes(work.path(file.blob).read_bytes())
    cover = next(work.folder.glob("cover.jpg"))
    key = f"cover-{digest_file(cover)[:12]}.jpg"
    (folder / key).write_bytes(cover.read_bytes())
    (folder / site.small_cover_key(key)).write_bytes(images.shrink(cover, site.SMALL_SIDE))
    (folder / "feed.xml").write_text("<rss/>")
    return target
