"""Sound from other files in an episode: intro, outro, bumpers, ads."""

from __future__ import annotations

from pipeline.config.episode import EpisodeConfig
from pipeline.config.show import Show


def elements_of(show: Show, episode: EpisodeConfig) -> tuple[str, ...]:
    """The files of all elements of an episode, in a fixed order, relative to the checkout or absolute."""
    return ()
