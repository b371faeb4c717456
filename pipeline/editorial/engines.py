"""Which engine writes an episode's titles and notes."""

from __future__ import annotations

from pipeline.config import EditorialConfig, Prompts
from pipeline.editorial.engine import Engine
from pipeline.editorial.extractive import Extractive
from pipeline.store import Workspace


def pick_engines(settings: EditorialConfig, work: Workspace, prompts: Prompts | None = None) -> tuple[Engine, ...]:
    """The engine that the settings name, then the one that completes what it leaves open; the last never fails.

    A language model is asked with `prompts`, and not without.
    """
    if settings.engine == "extractive" or prompts is None:
        return (Extractive(),)
    from pipeline.editorial.llm import LanguageModel

    return (LanguageModel(settings.llm, prompts, work), Extractive())
