"""The pages of a show: templates, style sheet, script, and the functions that fill them in."""

from pipeline.site.index_page import render_index
from pipeline.site.notes import gather_parts, render_notes
from pipeline.site.pages import PageContent, render_episode
from pipeline.site.pictures import SMALL_COVER, SMALL_SIDE, small_cover_key
from pipeline.site.static import StaticFile, static_file, static_files

__all__ = [
    "SMALL_COVER",
    "SMALL_SIDE",
    "PageContent",
    "StaticFile",
    "gather_parts",
    "render_episode",
    "render_index",
    "render_notes",
    "small_cover_key",
    "static_file",
    "static_files",
]
