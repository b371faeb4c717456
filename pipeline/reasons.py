"""Why a stage runs again, in words."""

from __future__ import annotations

_FILES = {
    "show": "configs/show.yaml",
    "glossary": "configs/glossary.yaml",
    "prompts": "configs/prompts",
    "templates": "configs/templates",
}


def reason(part: str) -> str:
    """Why a stage runs, from the name of what differs."""
    if part == "version":
        return "this stage was improved"
    if part == "inserts":
        return "elements changed (show.yaml, episode.yaml)"
    if part == "elements":
        return "their sound files changed"
    if part == "chapter_images":
        return "pictures of chapters changed"
    if part in ("listens", "enrolled"):
        return "enrolled voices changed (configs/voices)"
    head, _, rest = part.partition(".")
    if head == "pipeline":
        return f"{rest} settings changed (configs/pipeline.yaml)"
    if head == "publish":
        return "publish settings changed (configs/publish.yaml)"
    if head in ("episode", "overrides"):
        return f"{rest.replace('_', ' ') or head} changed ({head}.yaml)"
    return f"{part} changed" + (f" ({_FILES[part]})" if part in _FILES else "")
