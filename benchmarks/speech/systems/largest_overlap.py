"""WhisperX's rule for who said a word: the speaker whose turns overlap it most, else nobody."""

from __future__ import annotations

from pipeline.adapters import torchaudio_repair
from pipeline.models import Word


def attribute_words(words: list[dict[str, object]], turns: list[dict[str, object]]) -> list[Word]:
    """The words with the speakers that whisperx.assign_word_speakers gives them by default."""
    torchaudio_repair.repair()
    import pandas
    from whisperx.diarize import assign_word_speakers

    told = {"segments": [{"start": 0.0, "end": 0.0, "words": [dict(word) for word in words]}]}
    if turns:
        assign_word_speakers(pandas.DataFrame(turns), told)
    return [Word.model_validate(word) for word in told["segments"][0]["words"]]
