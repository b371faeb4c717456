import io

import pytest
from PIL import Image, ImageCms

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


def fit(path, side=1400, limit=400_000):
    """What a tag would hold of a picture, and its bytes."""
    data = images.fit_for_tags(path, side, limit)
    with Image.open(io.BytesIO(data)) as made:
        made.load()
        return made, data


def swapped_profile():
    """sRGB with red and blue changed over: whoever heeds it shows a red file as blue."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")


@pytest.mark.parametrize(
    ("name", "mode", "size", "options", "expected"),
    [
        ("cover.jpg", "RGB", (1400, 1400), {}, (1400, 1400)),
        ("cover.jpg", "RGB", (3000, 3000), {"progressive": True}, (1400, 1400)),
        ("cover.jpg", "CMYK", (1500, 1500), {}, (1400, 1400)),
        ("cover.jpg", "L", (2000, 1000), {}, (1400, 700)),
        ("cover.png", "RGBA", (1500, 1500), {}, (1400, 1400)),
        ("cover.png", "LA", (500, 500), {}, (500, 500)),
        ("cover.png", "P", (1400, 1400), {"transparency": 0}, (1400, 1400)),
        ("cover.png", "1", (100, 100), {}, (100, 100)),
        ("cover.png", "I;16", (300, 300), {}, (300, 300)),
        ("cover.png", "RGB", (3000, 3000), {}, (1400, 1400)),
    ],
)
def test_any_cover_becomes_a_plain_jpeg_for_tags(tmp_path, name, mode, size, options, expected):
    path = make_picture(tmp_path / name, mode, size, **options)
    made, data = fit(path)
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", expected)
    assert not made.info.get("progressive")
    assert "icc_profile" not in made.info
    assert len(data) <= 400_000
    assert images.fit_for_tags(path, 1400, 400_000) == data


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_one_can_look_through_is_white(tmp_path, mode):
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 50, 100))
    path = tmp_path / "cover.png"
    picture.convert(mode).save(path)
    made, _ = fit(path)
    assert min(made.getpixel((90, 50))) >= 250
    assert min(made.getpixel((10, 50))) < 100


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off(tmp_path):
    Image.new("I;16", (100, 100), 0x8000).save(tmp_path / "cover.png")
    assert fit(tmp_path / "cover.png")[0].getpixel((50, 50)) == pytest.approx((128, 128, 128), abs=2)


@pytest.mark.parametrize(("profile", "seen"), [(swapped_profile(), (0, 0, 254)), (b"no profile", (254, 0, 0))])
def test_a_colour_profile_is_applied_where_it_is_one(tmp_path, profile, seen):
    Image.new("RGB", (64, 64), "red").save(tmp_path / "cover.png", icc_profile=profile)
    made, _ = fit(tmp_path / "cover.png")
    assert made.getpixel((32, 32)) == pytest.approx(seen, abs=3)
    small = Image.open(io.BytesIO(images.shrink(tmp_path / "cover.png", 32)))
    assert small.getpixel((16, 16)) == pytest.approx(seen, abs=6)


def test_a_picture_from_a_phone_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter clockwise
    exif[0x010E] = "taken at home"
    wide = Image.new("RGB", (300, 100), "red")
    wide.save(tmp_path / "cover.jpg", exif=exif)
    made, data = fit(tmp_path / "cover.jpg")
    assert made.size == (100, 300)
    assert b"taken at home" not in data


def test_quality_goes_before_pixels_and_the_limit_holds(tmp_path):
    Image.effect_noise((1000, 1000), 90).save(tmp_path / "cover.png")
    made = {limit: fit(tmp_path / "cover.png", limit=limit) for limit in (700_000, 500_000, 10_000)}
    assert all(len(data) <= limit for limit, (_, data) in made.items())
    assert [picture.size[0] for picture, _ in made.values()][:2] == [1000, 1000]
    assert len(made[700_000][1]) > 500_000
    assert 50 < made[10_000][0].size[0] < 200


@pytest.mark.parametrize("act", [images.measure, lambda path: images.shrink(path, 640), fit])
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
