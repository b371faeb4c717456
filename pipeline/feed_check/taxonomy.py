"""Closed lists of the podcast namespace: roles and groups of people, media, protocols of comments.

Sources: the namespace's taxonomy.json, docs/tags/medium.md and socialprotocols.txt.
"""

from __future__ import annotations

_ROLES = {
    "creative direction": "director, assistant director, executive producer, senior producer, producer, "
    "associate producer, development producer, creative director",
    "cast": "host, co-host, guest host, guest, voice actor, narrator, announcer, reporter",
    "writing": "author, editorial director, co-writer, writer, songwriter, guest writer, story editor, "
    "managing editor, script editor, script coordinator, researcher, editor, fact checker, translator, "
    "transcriber, logger",
    "audio production": "studio coordinator, technical director, technical manager, audio engineer, "
    "remote recording engineer, post production engineer",
    "audio post-production": "audio editor, sound designer, foley artist, composer, theme music, "
    "music production, music contributor",
    "administration": "production coordinator, booking coordinator, production assistant, content manager, "
    "marketing manager, sales representative, sales manager",
    "visuals": "graphic designer, cover art designer",
    "community": "social media manager",
    "misc.": "consultant, intern",
    "video production": "camera operator, lighting designer, camera grip, assistant camera",
    "video post-production": "editor, assistant editor",
}
GROUPS = frozenset(_ROLES) | {"misc"}
ROLES = frozenset(role for roles in _ROLES.values() for role in roles.split(", "))

_ONE = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course")
MEDIUMS = frozenset((*_ONE, *(medium + "L" for medium in _ONE), "publisher", "mixed"))

PROTOCOLS = frozenset({"disabled", "activitypub", "twitter", "lightning", "bluesky", "hive", "matrix", "nostr"})
TRANSCRIPTS = ("text/vtt", "application/x-subrip", "application/json", "text/html", "text/plain", "application/srt")
