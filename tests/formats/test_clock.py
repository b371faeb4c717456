import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.clock import format_clock, format_duration, format_moment, format_stamp, parse_moment, parse_stamp

TIMES = st.floats(min_value=0, max_value=1_000_000, allow_nan=False)


@pytest.mark.parametrize(
    ("time", "clock", "stamp", "duration"),
    [
        (0.0, "0:00", "00:00:00.000", "PT0S"),
        (59.9994, "0:59", "00:00:59.999", "PT59S"),
        (59.9996, "1:00", "00:01:00.000", "PT1M"),
        (62.3456, "1:02", "00:01:02.346", "PT1M2S"),
        (754.99, "12:34", "00:12:34.990", "PT12M34S"),
        (3599.9999, "1:00:00", "01:00:00.000", "PT1H"),
        (3723.5, "1:02:03", "01:02:03.500", "PT1H2M3S"),
        (360_000.0, "100:00:00", "100:00:00.000", "PT100H"),
        (-0.2, "0:00", "00:00:00.000", "PT0S"),
    ],
)
def test_time_is_written_as_people_captions_and_iso_8601_write_it(time, clock, stamp, duration):
    assert (format_clock(time), format_stamp(time), format_duration(time)) == (clock, stamp, duration)


@given(TIMES)
def test_stamp_reads_back_to_the_millisecond(time):
    for decimal in ".,":
        assert parse_stamp(format_stamp(time, decimal)) == pytest.approx(time, abs=0.000501)


@given(TIMES)
def test_clock_names_the_second_that_has_begun_and_never_sixty(time):
    read = parse_stamp(format_clock(time))
    assert read is not None
    assert read == math.floor(round(time * 1000) / 1000)


@pytest.mark.parametrize(
    "text", ["", "12", "1:2", "0:60", "1:60:00", "1:00:60", "-0:01", "0:01.2345", "a:00", "٠:٠٠"]
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    assert parse_stamp(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:01", 1.0), ("00:01.5", 1.5), ("01:02:03,004", 3723.004), ("90:00", 5400.0), (" 0:07 ", 7.0)],
)
def test_hours_and_fractions_may_be_missing(text, seconds):
    assert parse_stamp(text) == seconds


@given(TIMES)
def test_moment_reads_back_to_the_millisecond(time):
    assert parse_moment(format_moment(time)) == round(time, 3)
    assert format_moment(float(int(time))) == format_clock(int(time))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("62.5", 62.5), (" 62,5 ", 62.5), ("0", 0.0), ("00:01:02.345678", 62.345), ("1:02", 62.0), ("1.2.3", None), ("-1", None)],
)  # fmt: skip
def test_moment_is_a_time_or_plain_seconds(text, seconds):
    assert parse_moment(text) == seconds
