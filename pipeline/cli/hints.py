"""What a run has to say besides: an idea for the title, chapters that the recording carries. Nothing is changed."""

from __future__ import annotations

from pathlib import Path

from pipeline import runner
from pipeline.cli.console import say
from pipeline.models import ShowNotes
from pipeline.new_episode import name_recording
from pipeline.project import Project
from pipeline.runner import Job


def tell_title(job: Job) -> None:
    """Say the title that the notes suggest, as long as the episode is called after its file."""
    episode = job.settings.episode
    idea = runner.read_artifact(job.build, "notes", ShowNotes).title
    if idea and episode.title == name_recording([Path(source).stem for source in episode.sources]):
        say(f"an idea for the title: {idea.text} (now `title: {episode.title}` in episodes/{job.slug}/episode.yaml)")


def tell_embedded_chapters(project: Project, slug: str) -> None:
    """Say that the recording of a new episode carries chapters, and how to take them."""
    from pipeline.adapters import embedded_chapters

    sources = project.episode(slug).sources
    found = embedded_chapters.read_embedded(project.root / sources[0]) if len(sources) == 1 else []
    if len(found) > 1:
        say(f"the recording carries {len(found)} chapters: `showrunner chapters import {slug}` takes them")
