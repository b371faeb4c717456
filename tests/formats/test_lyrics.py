"""The transcript as tags of a sound file hold it."""

import packaged_samples as sample

from pipeline.formats.lyrics import time_lyrics, write_lyrics

TALK = (("Mara", "Hello."), ("Mara", "The sea\tis here."), ("Odo", "\x00"), ("Odo", "Where?"), ("Mara", "Here."))


def test_a_paragraph_names_its_speaker():
    assert write_lyrics(sample.make_transcript(TALK)) == "Mara: Hello. The sea is here.\n\nOdo: Where?\n\nMara: Here."


def test_a_line_has_its_second_and_names_who_begins_to_speak():
    assert time_lyrics(sample.make_transcript(TALK)) == (
        (0.0, "Mara: Hello."), (2.0, "The sea is here."), (6.0, "Odo: Where?"), (8.0, "Mara: Here.")
    )  # fmt: skip


def test_nobody_is_named_where_nobody_is_known():
    talk = sample.make_transcript(TALK[:1])
    silent = talk.model_copy(update={"segments": (talk.segments[0].model_copy(update={"speaker": None}),)})
    assert (write_lyrics(silent), time_lyrics(silent)) == ("Hello.", ((0.0, "Hello."),))
