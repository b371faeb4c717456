from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.adapters import html


@pytest.mark.parametrize(
    ("given_html", "clean"),
    [
        ("<p>Plain <em>words</em></p>", "<p>Plain <em>words</em></p>"),
        ('<a href="https://x.org/?a=1&amp;b=2">x</a>', '<a href="https://x.org/?a=1&amp;b=2">x</a>'),
        ("<script>alert(1)</script><p>ok</p>", "<p>ok</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<p>a<img src="https://track.example/1.gif"></p>', "<p>a</p>"),
        ("<h2>Links</h2>", "Links"),
        ("<p>end ]]> of CDATA</p>", "<p>end ]]&gt; of CDATA</p>"),
        ("<p>open", "<p>open</p>"),
    ],
)
def test_only_what_apple_shows_is_left(given_html: str, clean: str) -> None:
    assert html.clean(given_html) == clean


blocks = st.lists(
    st.sampled_from(["<p>word</p>", "<ul><li>one</li><li>two</li></ul>", "<p>ünï <b>bold</b> &amp; 🎙</p>", "<p>"])
    | st.text(max_size=80),
    max_size=12,
).map(lambda parts: html.clean("".join(parts)))


@given(blocks, st.integers(100, 400))
def test_shortened_html_fits_and_is_whole(text: str, limit: int) -> None:
    short = html.shorten(text, limit)
    assert len(short.encode()) <= limit
    assert html.clean(short) == short


def test_short_html_stays_as_it_is() -> None:
    assert html.shorten("<p>a</p>", 8) == "<p>a</p>"


def test_long_html_is_cut_between_blocks_and_lists_are_closed() -> None:
    text = "<p>intro</p><ul>" + "".join(f"<li>chapter {n}</li>" for n in range(400)) + "</ul>"
    short = html.shorten(text, 300)
    assert short.startswith("<p>intro</p><ul><li>chapter 0</li>")
    assert short.endswith("</li></ul><p>…</p>")
    etree.fromstring(f"<div>{short}</div>")


def test_one_long_paragraph_is_cut_without_breaking_a_tag() -> None:
    short = html.shorten('<p><a href="https://example.org/' + "x" * 300 + '">link</a></p>', 200)
    assert short == "<p>…</p>"
