"""What each measure of evidence.py counts for: fitted by benchmarks/fit_boundaries.py, not by hand."""

WEIGHTS: dict[str, float] = {
    "meaning_100": 0.311,
    "meaning_350": 0.106,
    "dip": 0.182,
    "contrast": 0.515,
    "words_100": 0.300,
    "words_250": 0.170,
    "arriving": 0.324,
    "variety": -1.275,
    "variety_x_cues": -0.009,
    "variety_x_words": 0.162,
    "speaker": 0.401,
    "turn_length": 0.656,
    "host": 1.185,
    "cast_400": 0.944,
    "cast_1000": -0.717,
    "cast_peak": 3.241,
    "cues": 0.770,
    "cue_first": 0.796,
    "opening": 1.088,
    "reply": 0.652,
    "asking": 0.484,
    "ending": -2.654,
}
BIAS = -4.976
