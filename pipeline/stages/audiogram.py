"""Audiogram: a short video of the soundbite, where the settings ask for one."""

from __future__ import annotations

from pathlib import Path

from pipeline.adapters import audiogram as video
from pipeline.models import Audiogram, ClipPlan, MasteredAudio, PackagedFile, SourceFile
from pipeline.store import Workspace


def run(work: Workspace, mastered: MasteredAudio, clip: ClipPlan, cover: SourceFile) -> Audiogram:
    """The video of a plan, or none where there is no plan. Raises StageError when ffmpeg lacks what it takes."""
    if clip.storyboard is None:
        return Audiogram()
    artwork = (cover.others or cover.files)[0]
    with work.scratch("audiogram.mp4") as made:
        left_out = video.render(clip.storyboard, work.path(mastered.audio), Path(artwork.path), made, work.progress)
        blob = work.keep(made, "pictures/audiogram.mp4")
    for text in left_out:
        work.notice(f"audiogram.mp4 is without {text!r}: no font on this machine has all of its letters")
    return Audiogram(file=PackagedFile(name="audiogram.mp4", role="extra", media_type="video/mp4", blob=blob))
