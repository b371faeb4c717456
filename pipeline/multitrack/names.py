"""Who speaks on a track, as far as its file's name tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

# What recorders, call services and audio programs put into file names around the name of a person.
_MACHINERY = frozenset(
    """
    audio track trk tr channel ch mic mics microphone input recording recorded record rec local remote raw wav wave mp3
    flac final mix mixed master edit edited export exported take iso stem backup copy session call video cloud synced
    aligned mono stereo left right zoom riverside zencastr squadcast cleanfeed craig discord skype teams descript tascam
    h4n h5 h6 h8 the of
    """.split()  # noqa: SIM905
)
_ROLES = frozenset("host cohost guest interviewer interviewee moderator producer panelist caller".split())  # noqa: SIM905
_PARTICLES = frozenset("van von de der den di da la le del dos bin al".split())  # noqa: SIM905
# A capital inside a word begins a new one, but not after the beginnings that surnames have.
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?<!Mc)(?<!Mac)(?<!De)(?<!Le)(?<!Van)(?=[A-Z])")
_PIECE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_MOST_PARTS = 4


def name_tracks(stems: Sequence[str], hosts: Sequence[str] = ()) -> tuple[str, ...]:
    """A speaker for each file name without its ending; one from which no name can be told stays as it is.

    What all names share (the show, the date, the room) says nothing about a person and goes, and so does what
    recorders add. A role is taken as a name; the host of a show with one host is that person.

    >>> name_tracks(["riverside_anna_sea-talk_0412", "riverside_ben smith_sea-talk_0412"])
    ('Anna', 'Ben Smith')
    >>> name_tracks(["host", "pieter_abbeel"], hosts=["Ada Example"])
    ('Ada Example', 'Pieter Abbeel')
    """
    pieces = [_split(stem) for stem in stems]
    shared = _find_shared(pieces)
    names = [_read_name(one, shared, hosts) or stem for one, stem in zip(pieces, stems, strict=True)]
    times = Counter(names)
    unsure = [stem if times[name] > 1 else name for name, stem in zip(names, stems, strict=True)]
    return tuple(unsure)


def _split(stem: str) -> list[str]:
    return _PIECE.findall(_CAMEL.sub(" ", stem))


def _find_shared(pieces: Sequence[Sequence[str]]) -> set[str]:
    """What stands in every name, unless that is all that one of them has (`anna`, `anna smith`)."""
    each = [{piece.lower() for piece in one} for one in pieces]
    shared = set.intersection(*each) if len(each) > 1 else set()
    return set() if any(one == shared for one in each) else shared


def _read_name(pieces: Sequence[str], shared: set[str], hosts: Sequence[str]) -> str | None:
    roles = [piece.lower() for piece in pieces if piece.lower() in _ROLES]
    parts = [piece for piece in pieces if not _is_machinery(piece, shared) and piece.lower() not in _ROLES]
    if parts:
        return " ".join(map(_written, parts)) if len(parts) <= _MOST_PARTS and len(" ".join(parts)) > 1 else None
    if not roles:
        return None
    if roles[0] == "host" and len(hosts) == 1:
        return hosts[0]
    number = next((piece for piece in pieces if piece.isdigit() and len(piece) < 3 and piece not in shared), "")
    return f"{roles[0].capitalize()} {number}".rstrip()


def _is_machinery(piece: str, shared: set[str]) -> bool:
    return piece.isdigit() or piece.lower() in _MACHINERY or piece.lower() in shared


def _written(piece: str) -> str:
    """`anna` and `ANNA` become Anna; what has capitals of its own (McKay) keeps them, and so do particles."""
    if piece.lower() in _PARTICLES:
        return piece.lower()
    return piece if not piece.islower() and not piece.isupper() else piece.capitalize()
