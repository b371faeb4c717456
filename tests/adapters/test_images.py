import io

import pytest
from PIL import Image

from pipeline.adapters import images
from pipeline.errors import InputError


def make_picture(path, mode="RGB", size=(1400, 1400), **options):
    Image.new(mode, size).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "size"),
    [
        ("cover.jpg", "RGB", (1400, 1400)),
        ("cover.jpg", "CMYK", (3000, 3000)),
        ("cover.png", "RGBA", (1500, 1500)),
        ("cover.png", "P", (1400, 1400)),
        ("cover.png", "1", (100, 100)),
        ("wide.jpg", "L", (2000, 900)),
    ],
)
def test_any_picture_becomes_a_small_square_jpeg(tmp_path, name, mode, size):
    small = images.shrink(make_picture(tmp_path / name, mode, size), 640)
    with Image.open(io.BytesIO(small)) as made:
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (640, 640))
    assert images.shrink(tmp_path / name, 640) == small


def test_small_picture_is_the_middle_of_a_wide_one(tmp_path):
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("blue", (100, 0, 200, 100))
    wide.save(tmp_path / "wide.png")
    with Image.open(io.BytesIO(images.shrink(tmp_path / "wide.png", 100))) as made:
        assert {made.getpixel(at)[2] > 200 for at in ((5, 50), (50, 50), (95, 50))} == {True}


def test_small_picture_keeps_nothing_of_what_the_file_said_besides(tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    path = make_picture(tmp_path / "cover.jpg", exif=exif)
    assert b"taken at home" in path.read_bytes()
    assert b"taken at home" not in images.shrink(path, 640)


@pytest.mark.parametrize("act", [images.measure, lambda path: images.shrink(path, 640)])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (None, "there is no such file"),
        (b"no picture at all", "is not a picture that can be used"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "is not a picture that can be used"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, act, data, what):
    path = tmp_path / "cover.png"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match=f"cover.png: {what}"):
        act(path)


def test_half_a_picture_is_refused(tmp_path):
    path = make_picture(tmp_path / "cover.jpg")
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(InputError, match=r"cover\.jpg: is not a picture"):
        images.shrink(path, 640)
