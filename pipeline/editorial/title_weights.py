"""What each measure of titles.py counts for: fitted by benchmarks/fit_titles.py, not by hand."""

WEIGHTS: dict[str, float] = {
    "rare": 4.55,
    "rarest_part": 2.65,
    "late": -0.64,
    "at_once": 3.89,
    "announced": 1.85,
    "once": -1.17,
    "words_said": 1.04,
    "only_here": 0.33,
    "seldom": -1.33,
    "one_word": -1.59,
    "two_words": 0.71,
    "numbered": 9.36,
    "version": 8.91,
    "deed_last": -0.60,
    "headless": -4.74,
}
