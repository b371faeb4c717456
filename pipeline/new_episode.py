"""What a new episode is called, and the first episode.yaml that it gets."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline import store


def source_name(address: str, default: str = ".mp3") -> str:
    """What a fetched recording is called in its episode's folder; `default` is for an address without an ending.

    >>> source_name("https://example.org/a/One.M4A?x=1"), source_name("https://example.org/listen/12")
    ('source.m4a', 'source.mp3')
    """
    ending = PurePosixPath(unquote(urlsplit(address).path)).suffix.lower()
    return f"source{ending if re.fullmatch(r'[.][a-z0-9]{1,4}', ending) else default}"


def is_slug(name: str) -> bool:
    """Whether a name can be that of an episode's folder."""
    return re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) is not None


def slugify(name: str) -> str:
    """A name as it stands in folders and URLs: ASCII letters, digits and hyphens, at most 60 of them.

    >>> slugify("Über Ångström, part 2")
    'uber-angstrom-part-2'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:60].strip("-")
    return slug or f"episode-{store.digest_bytes(name.encode())[:8]}"


def name_recording(stems: Sequence[str]) -> str:
    """What a recording is called after its files: what the names of several tracks begin with, else all of them.

    >>> name_recording(["sea-talk 12_anna", "sea-talk 12_ben"]), name_recording(["host", "guest"])
    ('sea talk 12', 'host and guest')
    """
    words = [re.sub(r"[-_\s]+", " ", stem).strip().split(" ") for stem in stems]
    if len(words) == 1:
        return " ".join(words[0])
    shared = [column[0] for column in takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))]
    return " ".join(shared) or " and ".join(" ".join(one) for one in words)


def write_episode(
    *,
    title: str,
    date: str,
    guid: str,
    sources: Sequence[str],
    speakers: Sequence[str],
    duration: float | None,
    recorded: str | None,
    show: str | None,
) -> str:
    """The first episode.yaml: what is known as values, what a person may add as comments. JSON strings are YAML."""
    quoted, files, people = (json.dumps(one, ensure_ascii=False) for one in (title, list(sources), list(speakers)))
    length = "" if duration is None else f"duration: {duration}  # seconds, for your information\n"
    told = f"  # the recording's own tag says {recorded}" if recorded and recorded.isprintable() else ""
    whose = f"show: {show}\n" if show else ""
    if speakers:
        who = f"speakers: {people}  # who is on which track, in the order of the sources\n"
        hint = "# tracks: [{}, {offset: 1.5}]   # when each track begins, where that cannot be told from its sound\n"
    else:
        who = ""
        hint = "# speakers: 2         # how many talk, or their names in the order in which they first speak\n"
    return f"""\
# Made by the first run from what the recording tells. Yours to edit: it is never overwritten.
title: {quoted}
date: {date}{told}
guid: {guid}  # podcast apps know the episode by this; never change it
sources: {files}
{whose}{who}{length}
# season: 1
# number: 1
# language: en        # heard from the recording when absent
# guests: [Ada Example]
{hint}# summary: One or two sentences; written from what was said when absent.
"""
