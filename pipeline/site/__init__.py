"""The pages of a show: templates, style sheet, script, and the functions that fill them in."""

from pipeline.site.notes import gather_parts, render_notes
from pipeline.site.pages import PageContent, render_episode, render_index
from pipeline.site.static import StaticFile, static_file, static_files

__all__ = [
    "PageContent",
    "StaticFile",
    "gather_parts",
    "render_episode",
    "render_index",
    "render_notes",
    "static_file",
    "static_files",
]
