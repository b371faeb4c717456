"""Levels of a sound, measured in one streaming decode."""

import subprocess

import numpy as np
import pytest

from pipeline.adapters import peaks
from pipeline.errors import StageError


def make(path, source, *options):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, *options, path], check=True)
    return path


def test_levels_are_highest_sample_and_root_mean_square_of_each_stretch(tmp_path):
    sound = make(tmp_path / "a.wav", "aevalsrc=if(lt(t\\,1)\\,0.5*sin(2*PI*400*t)\\,0):s=8000:d=2")
    levels = peaks.measure_levels(sound, 2.0, 8000, 1, 4)
    assert list(levels[0::2]) == [128, 128, 0, 0]
    assert levels[1] == pytest.approx(255 * 0.5 / 2**0.5, abs=1.5)
    assert peaks.measure_levels(sound, 1.0, 8000, 1, 2, start=1.0) == bytes(4)


@pytest.mark.parametrize("columns", [1, 3, 7, 400])
@pytest.mark.parametrize("sizes", [[1000], [1, 2, 997], [333, 333, 334], [100]])
def test_pieces_of_any_size_and_more_columns_than_samples_give_what_the_whole_gives(columns, sizes):
    sound = np.random.default_rng(3).integers(-32768, 32767, sum(sizes)).astype("<i2")
    parts = np.split(sound, np.cumsum(sizes)[:-1])
    whole = peaks._fold([sound], 500, 2, columns)
    assert peaks._fold(parts, 500, 2, columns) == whole
    assert len(whole) == 2 * columns


def test_a_file_that_is_no_sound_is_told(tmp_path):
    (tmp_path / "a.mp3").write_text("no sound")
    with pytest.raises(StageError, match=r"a\.mp3: its waveform could not be measured"):
        peaks.measure_levels(tmp_path / "a.mp3", 1.0, 8000, 1, 4)
