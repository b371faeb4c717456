"""What a dry run tells of the feed: by episode, in lines that can be read, and never thousands of them."""

from __future__ import annotations

import pytest

from pipeline.feed_changes import FeedChanges, compare


def feed(*items: tuple[str, str, str], title: str = "Tides") -> bytes:
    """A feed of (guid, title, notes)."""
    inside = "".join(
        f"<item>\n<title>{name}</title>\n<guid isPermaLink='false'>{guid}</guid>\n<description>{notes}</description>\n</item>\n"
        for guid, name, notes in items
    )
    return f"<rss><channel>\n<title>{title}</title>\n{inside}</channel></rss>".encode()


ONE, TWO = ("g1", "One", "Sea."), ("g2", "Two", "Moon.")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(feed(ONE), feed(ONE), FeedChanges(), id="nothing"),
        pytest.param(b"", b"", FeedChanges(), id="no feed"),
        pytest.param(
            feed(ONE), feed(("g1", "Uno", "Sea.")),
            FeedChanges(changed=("Uno",), diff=("@@ Uno @@", "-<title>One</title>", "+<title>Uno</title>")),
            id="a title: the guid says that it is the same episode",
        ),
        pytest.param(
            feed(ONE), feed(ONE, title="Tide & Time"),
            FeedChanges(diff=("@@ the show @@", "-<title>Tides</title>", "+<title>Tide & Time</title>")),
            id="the show",
        ),
        pytest.param(feed(ONE, TWO), feed(TWO, ONE), FeedChanges(), id="another order"),
    ],
)  # fmt: skip
def test_changes(old: bytes, new: bytes, expected: FeedChanges) -> None:
    assert compare(old, new) == expected


def test_a_new_episode_is_added_and_shown_whole() -> None:
    made = compare(feed(ONE), feed(TWO, ONE))
    assert (made.added, made.changed, made.removed) == (("Two",), (), ())
    assert "+<description>Moon.</description>" in made.diff
    assert not any(line.startswith("-") for line in made.diff)


def test_an_episode_that_goes_is_removed() -> None:
    assert compare(feed(ONE, TWO), feed(ONE)).removed == ("Two",)


def test_a_changed_word_in_long_notes_is_one_short_line() -> None:
    sentences = [f"Sentence {number} is about the sea." for number in range(200)]
    old = feed(("g1", "One", " ".join(sentences)))
    sentences[100] = "Sentence 100 is about Ada Ström."
    made = compare(old, feed(("g1", "One", " ".join(sentences))))
    assert made.diff == ("@@ One @@", "-Sentence 100 is about the sea.", "+Sentence 100 is about Ada Ström.")


def test_thousands_of_lines_are_cut_and_counted() -> None:
    made = compare(b"", feed(*((f"g{number}", f"Episode {number}", "Sea.") for number in range(2000))))
    assert len(made.added) == 2000
    assert len(made.diff) == 121
    assert made.diff[-1].startswith("… and ")


def test_titles_are_told_as_people_read_them() -> None:
    assert compare(b"", feed(("g", "Tide &amp; Time", ""))).added == ("Tide & Time",)
