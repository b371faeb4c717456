"""Words found by quoting them."""

import pytest

from pipeline import sentences
from pipeline.config import Place
from pipeline.editing.places import find_range, find_words
from pipeline.editing.quotes import Said, Stretch
from pipeline.errors import ConfigError
from pipeline.models import Correction, Corrections, Transcript

TEXT = (
    "Welcome to the Kjærlund Museum. Let me start that again, okay? The co-op doesn't open on Monday. "
    "Well, okay, let me start with the twenty five wheels. I don't know. Not now."
)


def talk(text: str = TEXT) -> Transcript:
    words = sentences.spread(text, 0.0, len(text.split()) / 2, "Ada")
    return Transcript(language="en", duration=60, model="m", segments=sentences.to_segments(words))


SAID = Said(
    talk(),
    Corrections(
        (Correction(segment=0, heard="Care Lund", meant="Kjærlund", term="x", rule="r", score=0.9, applied=True),)
    ),
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        pytest.param("Let me start that again", ["Let me start that again,"], id="as it stands"),
        pytest.param("“let me, START that again!”", ["Let me start that again,"], id="case and punctuation"),
        pytest.param("the coop doesnt open", ["The co-op doesn't open"], id="hyphen and apostrophe"),
        pytest.param("twenty-five wheels", ["twenty five wheels."], id="one word or two"),
        pytest.param("again okay the co-op", ["again, okay? The co-op"], id="across sentences"),
        pytest.param("let me start", ["Let me start", "let me start"], id="twice"),
        pytest.param("to the kjaerlund museum", ["to the Kjærlund Museum."], id="without the letter that one lacks"),
        pytest.param("to the Care Lund museum", ["to the Kjærlund Museum."], id="a name as it was heard"),
        pytest.param("to the Kierlund museum", ["to the Kjærlund Museum."], id="a name as the glossary had it before"),
        pytest.param("to the Guggenheim museum", [], id="another name"),
        pytest.param("let me start this again", [], id="another word that is no name"),
        pytest.param("now", ["now."], id="whole words only, not the end of another (know)"),
        pytest.param("…", [], id="no letters"),
    ],
)
def test_a_quote_is_found_whatever_its_case_punctuation_and_corrected_names(quote, found):
    assert [SAID.text(one) for one in SAID.find(quote)] == found


def test_between_two_quotes_all_is_taken():
    place = Place(from_words="let me start that", to_words="monday")
    assert SAID.text(find_words(place, "k", SAID)) == "Let me start that again, okay? The co-op doesn't open on Monday."


def test_of_several_places_the_one_near_a_time_is_taken():
    first, second = SAID.find("let me start")
    assert find_words(Place(words="let me start", at=3.0), "k", SAID) == first
    assert find_words(Place(words="let me start", at=10.0), "k", SAID) == second
    assert find_words(Place(words="welcome"), "k", SAID) == Stretch(0, 0)


@pytest.mark.parametrize(
    ("place", "what", "fix"),
    [
        ({"words": "let me start"}, "cuts[2]: 'let me start' is said 2 times: at 0:02.9, 0:10", "at: 0:10}"),
        ({"words": "let me start this again"}, "nobody says 'let me start this again'", "0:02.9 'Let me start that again,'"),
        ({"words": "zebras galore"}, "nobody says 'zebras galore'", "as the transcript has them"),
        ({"words": "welcome", "at": 300}, "is not said within a minute of 5:00, but at 0:00", "set `at` to one of these"),
        ({"from_words": "I don't know", "to_words": "welcome"}, "'welcome' is not said after", "most like it are: 0:00 'Welcome'"),
    ],
)  # fmt: skip
def test_a_quote_that_tells_no_place_is_an_error_that_says_how_to_tell_one(place, what, fix):
    with pytest.raises(ConfigError) as told:
        find_words(Place.model_validate(place), "episode.yaml cuts[2]", SAID)
    assert what in told.value.what
    assert fix in told.value.fix


@pytest.mark.parametrize("text", ["2:00-2:10", "1:00-2:10", "60.5-61"])
def test_a_range_after_the_end_of_the_recording_is_an_error(text):
    with pytest.raises(ConfigError, match=r"after the end of the recording, which is 1:00 long"):
        find_range(Place.model_validate(text), "episode.yaml cuts[0]", 60.0)
    assert find_range(Place.model_validate("0:50-end"), "k", 60.0) == (50.0, 60.0)
    assert find_range(Place.model_validate("0:50-1:00.5"), "k", 60.0) == (50.0, 60.0)  # as a player rounds it
