"""Every parser of what comes from outside: anything is read, or refused with what is wrong and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from checked_feed_sample import FEED
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import feed_check, yaml_files
from pipeline.config import EpisodeConfig, Overrides, PipelineConfig, PublishConfig, Show
from pipeline.errors import PipelineError
from pipeline.formats import decode_text, read_rttm, read_transcript
from pipeline.formats.chapters import read_chapters
from pipeline.names import load_glossary
from pipeline.takeover import importing

SHOW = """\
title: Tide Talk
description: About the sea.
author: Mara
owner: {name: Mara, email: mara@example.org}
link: https://example.org/
categories: [Science > Nature]
"""
SEGMENT = {"id": 0, "start": 0.5, "end": 2, "text": "The tide.", "speaker": "Mara", "words": [{"start": 0.5, "end": 1, "text": "The"}]}  # fmt: skip

#: What each parser is given, before it is spoiled.
WELL: dict[str, str] = {
    "transcript.json": json.dumps({"language": "en", "duration": 9, "model": "m", "segments": [SEGMENT]}),
    "transcript.vtt": "WEBVTT\n\n1\n00:01.000 --> 00:02.500 align:start\n<v Mara>The <i>tide</i> &amp; wind.\n",
    "transcript.srt": "1\n00:00:01,000 --> 00:00:02,500\nMara: The tide.\n",
    "transcript.txt": "[00:01] Mara: The tide.\nBen: Yes.\n",
    "turns.rttm": "SPEAKER a 1 0.50 1.25 <NA> <NA> Mara <NA> <NA>\n",
    "chapters.json": '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "The tide", "img": "https://e.org/i"}]}',
    "chapters.psc": '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter start="0:01" title="T"/></psc:chapters>',
    "labels.txt": "0.000000\t1.500000\tThe tide\n",
    "markers.csv": "#,Name,Start,End\nM1,The tide,0:00.000,\n",
    "chapters.ffmeta": ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=The tide\n",
    "feed.xml": FEED.replace("https://cdn.example.org", "http://127.0.0.1:9").replace('rel="next"', 'rel="up"'),
    "show.yaml": SHOW,
    "episode.yaml": "title: T\ndate: 2026-01-02\nguid: g\nsources: [a.wav]\nspeakers: {A: Mara}\n",
    "overrides.yaml": 'chapters: ["0:00 The tide"]\ncorrections: [{heard: a, meant: b, verdict: accept}]\n',
    "pipeline.yaml": "transcribe: {model: auto}\nmaster: {true_peak: -1.0}\n",
    "publish.yaml": "s3: {bucket: show, public_base_url: https://example.org}\n",
    "glossary.yaml": "terms:\n  - {term: Mara Tidewater, aliases: [Marah], kind: person}\n",
}
#: What spoils a document better than chance does.
POISON = (
    "\0", "\ufeff", "\u202e", "\ud83d", "\r", "\x85", "&a;", "<!DOCTYPE a [<!ENTITY a 'b'>]>", "]]>", "<!--", "{{", "[" * 3_000, "&x " * 50,
    "*x", "!!python/object/apply:os.system [id]", "1e999", "-0", "NaN", "9" * 400, "99:99:99.999", "null", "../../etc/passwd",
    "\\u0000", "\n---\n", "\t", "<a " * 3_000, "%YAML 9.9\n", "? ", "0x1F",
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, text: str) -> bytes:
    """The document with pieces cut out, doubled, replaced or put in, in some encoding."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        put = draw(st.sampled_from(POISON) | st.text(max_size=8) | st.just(text[start:end] * 2))
        text = text[:start] + put + text[end:]
    data = text.encode(draw(st.sampled_from(("utf-8", "utf-16", "latin-1"))), "replace")
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


def _glossary(data: bytes, folder: Path) -> object:
    (folder / "glossary.yaml").write_bytes(data)
    return load_glossary([folder / "glossary.yaml"], folder)


def _config(name: str, model: type) -> Callable[[bytes, Path], object]:
    def read(data: bytes, folder: Path) -> object:
        (folder / name).write_bytes(data)
        return yaml_files.load(folder / name, model, root=folder)

    return read


def _feed(data: bytes, folder: Path) -> object:
    (folder / "feed.xml").write_bytes(data)
    return feed_check.check(data), importing.read_show(str(folder / "feed.xml"), {}, [])


def _transcript(name: str) -> Callable[[bytes, Path], object]:
    return lambda data, folder: read_transcript(decode_text(data, name), name)


PARSERS: dict[str, Callable[[bytes, Path], object]] = {
    **{name: _transcript(name) for name in WELL if name.startswith("transcript")},
    **{name: lambda data, folder, name=name: read_chapters(data, name) for name in WELL if name[:4] in ("chap", "labe", "mark")},  # type: ignore[misc]
    "turns.rttm": lambda data, folder: read_rttm(decode_text(data, "turns.rttm"), "turns.rttm"),
    "feed.xml": _feed,
    "glossary.yaml": _glossary,
    **{name: _config(name, model) for name, model in {
        "show.yaml": Show, "episode.yaml": EpisodeConfig, "overrides.yaml": Overrides, "pipeline.yaml": PipelineConfig,
        "publish.yaml": PublishConfig,
    }.items()},
}  # fmt: skip


def test_every_document_here_has_a_parser_that_takes_it(tmp_path: Path) -> None:
    assert PARSERS.keys() == WELL.keys()
    for name, parse in PARSERS.items():
        parse(WELL[name].encode(), tmp_path)


@pytest.mark.parametrize("name", WELL)
def test_anything_is_read_or_refused_and_never_breaks_a_parser(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("hostile")

    @settings(max_examples=60 if name.endswith((".xml", ".yaml")) else 150)
    @given(data=spoiled(WELL[name]))
    def check(data: bytes) -> None:
        refused: PipelineError | None = None
        try:
            PARSERS[name](data, folder)
        except PipelineError as error:
            refused = error
        assert refused is None or (str(refused).strip() and refused.fix.strip())

    check()
