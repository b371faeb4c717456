"""Pictures of the sound: the waveform with speakers and chapters, loudness over time, and what an audiogram shows."""

from __future__ import annotations

from pipeline.adapters import drawing
from pipeline.config import EpisodeConfig, MasterConfig, PictureConfig
from pipeline.formats.clock import format_clock
from pipeline.listener import retime_chapters, retime_notes, retime_transcript
from pipeline.models import (
    Blob,
    Chapters,
    ClipPlan,
    MasteredAudio,
    PackagedFile,
    Pictures,
    Programme,
    ShowNotes,
    Transcript,
    Waveform,
)
from pipeline.pictures.loudness import draw_loudness
from pipeline.pictures.scene import Scene
from pipeline.pictures.storyboard import choose_clip, plan_clip
from pipeline.pictures.svg import write_svg
from pipeline.pictures.waveform import Heard, draw_waveform
from pipeline.store import Workspace

_FOLDER = "pictures"
_SVG_HEIGHT, _CARD_HEIGHT = 400, 630


def run(
    work: Workspace,
    mastered: MasteredAudio,
    waveform: Waveform,
    programme: Programme,
    transcript: Transcript,
    chapters: Chapters,
    notes: ShowNotes,
    settings: PictureConfig,
    master: MasterConfig,
    episode: EpisodeConfig,
    show: str,
) -> tuple[Pictures, ClipPlan]:
    """The pictures under build/pictures/, at the listener's times, and the plan of the audiogram where one is wanted.

    Nothing here reads the sound. Text for which this machine has no font is left out of a PNG, and a notice says so.
    """
    said = retime_transcript(transcript, mastered.times, mastered.duration)
    heard = Heard(
        title=episode.title,
        about=f"{show} · {format_clock(mastered.duration)}",
        duration=mastered.duration,
        levels=work.path(waveform.levels).read_bytes(),
        segments=said.segments,
        chapters=retime_chapters(chapters, mastered.times, mastered.duration, programme.elements).chapters,
        elements=programme.elements,
    )
    pictures = Pictures(
        levels=waveform.levels,
        files=_draw_for_listeners(work, heard, said.language) if settings.waveform else (),
        kept=_draw_for_makers(work, mastered, master, episode.title, said.language) if settings.loudness else (),
    )
    if not settings.audiogram:
        return pictures, ClipPlan()
    clip = choose_clip(episode.soundbites, retime_notes(notes, transcript, mastered.times), mastered.duration)
    if clip is None:
        work.notice("no audiogram was made: the episode has no soundbite, found or named in episode.yaml")
        return pictures, ClipPlan()
    board = plan_clip(clip, said, show=show, about=episode.title, shape=settings.shape)
    return pictures, ClipPlan(storyboard=board)


def _draw_for_listeners(work: Workspace, heard: Heard, language: str) -> tuple[PackagedFile, ...]:
    svg = write_svg(draw_waveform(heard, _SVG_HEIGHT)).encode()
    card = _paint(work, "waveform.png", draw_waveform(heard, _CARD_HEIGHT), language)
    return (
        PackagedFile(
            name="waveform.svg", role="extra", media_type="image/svg+xml", blob=_keep(work, "waveform.svg", svg)
        ),
        PackagedFile(name="waveform.png", role="extra", media_type="image/png", blob=card),
    )


def _draw_for_makers(
    work: Workspace, mastered: MasteredAudio, master: MasterConfig, title: str, language: str
) -> tuple[Blob, ...]:
    """Loudness before and after; nothing where it was not measured second by second."""
    if not mastered.after.short_term:
        return ()
    target = master.loudness_stereo if mastered.channels == 2 else master.loudness_mono
    scene = draw_loudness(title, mastered.duration, mastered.before, mastered.after, mastered.times, target)
    svg = _keep(work, "loudness.svg", write_svg(scene).encode())
    return svg, _paint(work, "loudness.png", scene, language)


def _paint(work: Workspace, name: str, scene: Scene, language: str) -> Blob:
    painted = drawing.paint(scene, "dark", language)
    for text in painted.left_out:
        work.notice(f"{name} is without {text!r}: no font on this machine has all of its letters (docs/audio.md)")
    return _keep(work, name, painted.png)


def _keep(work: Workspace, name: str, data: bytes) -> Blob:
    return work.keep_bytes(data, f"{_FOLDER}/{name}")
