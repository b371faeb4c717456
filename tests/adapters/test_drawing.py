"""What Pillow draws: no letter without a font, the right order of words, the same bytes again."""

from io import BytesIO

import pytest
from PIL import Image

from pipeline.adapters import captions, drawing, fonts
from pipeline.models import Caption, CaptionWord, Storyboard
from pipeline.pictures.scene import Bars, Box, Line, Scene, Text

NOBODYS = "\U00010a00\U00010a01"  # Kharoshthi: whatever machine this is, it has no font of it


@pytest.fixture(autouse=True)
def no_fontconfig(monkeypatch):
    monkeypatch.setattr(fonts, "_ask_fontconfig", lambda letters, language, bold: None)


def scene(*texts):
    shapes = (
        Box(10, 10, 80, 40, "v1"),
        Bars(60, 2, "v2", ((20, 10), (30, 0))),
        Line(((0, 70), (99, 70)), "ink", dashed=True),
    )
    return Scene(200, 100, "t", "a", shapes + tuple(Text(5, 90, 12, one, room=150) for one in texts))


@pytest.mark.parametrize("text", ["Kjærlund, Łódź", "Жук", "Ωμέγα", "“…”", "שלום"])
def test_letters_of_europe_are_drawn_with_the_font_that_always_is_there(text):
    assert fonts.find_face(text) is not None
    assert drawing.paint(scene(text), "dark").left_out == ()


def test_text_without_a_font_is_left_out_and_told_and_emoji_are_left_out():
    with_both = drawing.paint(scene("Tide 🎙", NOBODYS), "light")
    assert with_both.left_out == (NOBODYS,)
    assert with_both.png == drawing.paint(scene("Tide"), "light").png
    assert with_both.png != drawing.paint(scene(), "light").png


def test_a_picture_has_its_size_and_colours():
    with Image.open(BytesIO(drawing.paint(scene(), "light").png)) as image:
        assert image.size == (200, 100)
        assert image.getpixel((20, 20)) == (0x0B, 0x6B, 0x62)
        assert image.getpixel((150, 20)) == (0xF6, 0xF8, 0xF7)


def test_text_that_is_too_wide_is_cut():
    font = drawing.choose_font("word", 20)
    cut = drawing.shorten("word " * 50, font, 200)
    assert cut.endswith("...")
    assert font.getlength(cut) <= 200


@pytest.mark.parametrize(
    ("words", "order"),
    [
        (["אחת", "שתיים"], [1, 0]),
        (["אחת", "two", "three", "ארבע"], [3, 1, 2, 0]),
    ],
)
def test_words_from_right_to_left_keep_runs_of_the_other_direction(words, order):
    assert captions._order(list(range(len(words))), words) == order


def test_captions_show_which_word_is_said():
    said = tuple(CaptionWord(start=at, end=at + 1.0, text=word) for at, word in enumerate(["One", "two"]))
    unsaid = (CaptionWord(start=2.5, end=3, text=NOBODYS),)
    board = Storyboard(
        start=0, length=4, title="", show="", about="", shape="square", language="en",
        captions=(Caption(start=0, end=2, words=said, speaker="Ada", colour=1), Caption(start=2.5, end=3, words=unsaid)),
    )  # fmt: skip
    painter = captions.CaptionPainter(board, 400, 200)
    assert [painter.state(time) for time in (0.0, 1.2, 2.2, 2.6)] == [(0, 0), (0, 1), (-1, -1), (1, 0)]
    pictures = [painter.draw(state).tobytes() for state in ((0, 0), (0, 1), (-1, -1), (1, 0))]
    assert pictures[0] != pictures[1] != pictures[2]
    assert pictures[2] == pictures[3]  # no signs for missing letters
    assert painter.left_out == [NOBODYS]
