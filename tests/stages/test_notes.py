"""notes: made of nothing but what was said."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talk_samples import THREE_TOPICS, Line, bag_vectors, talk

from pipeline.adapters import embeddings
from pipeline.config import ChaptersConfig, Glossary, NotesConfig, Term, TopicsConfig
from pipeline.models import ShowNotes, Transcript
from pipeline.sentences import join
from pipeline.stages import chapters, notes, topics
from pipeline.store import Workspace, to_json


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "encode", bag_vectors)


def write(work: Workspace, said: Transcript, glossary: Glossary | None = None, **keys: int) -> ShowNotes:
    found = topics.run(work, said, TopicsConfig())
    made = chapters.run(work, said, found, ChaptersConfig(), None)
    return notes.run(work, said, found, made, glossary or Glossary(), NotesConfig(**keys))


def test_the_summary_begins_with_what_the_episode_is_about(work: Workspace) -> None:
    made = write(work, talk(THREE_TOPICS))
    assert made.summary[0].text == "Today we are talking about bread with the baker Bruno Keel."
    assert [line.start for line in made.summary] == sorted(line.start for line in made.summary)


def test_the_summary_covers_more_than_one_chapter(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    starts = [line.start for line in write(work, said).summary]
    assert max(starts) - min(starts) > said.duration / 3


def test_quotes_are_the_guest_s_and_not_in_the_summary(work: Workspace) -> None:
    made = write(work, talk(THREE_TOPICS))
    assert len(made.quotes) == 3
    assert {line.speaker for line in made.quotes} == {"Bruno"}
    assert not {line.text for line in made.quotes} & {line.text for line in made.summary}


def test_questions_and_greetings_are_not_quoted(work: Workspace) -> None:
    made = write(work, talk(THREE_TOPICS), sentences=20, quotes=10)
    assert not any(line.text.endswith("?") or "Welcome" in line.text for line in (*made.summary, *made.quotes))


def test_mentions_carry_the_glossary_s_links(work: Workspace) -> None:
    glossary = Glossary(terms=(Term(term="Saturn", kind="place", link="https://example.org/saturn"), Term(term="Mars")))
    (mention,) = write(work, talk(THREE_TOPICS), glossary).mentions
    assert (mention.term, mention.kind, mention.link) == ("Saturn", "place", "https://example.org/saturn")


def test_keywords_are_phrases_that_were_said(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    text = join(one.text for one in said.segments).lower()
    made = write(work, said).keywords
    assert len(made) == 8
    assert all(word.lower() in text for word in made)


def test_how_much_is_settable(work: Workspace) -> None:
    made = write(work, talk(THREE_TOPICS), sentences=1, quotes=0, keywords=2)
    assert (len(made.summary), len(made.quotes), len(made.keywords)) == (1, 0, 2)


@pytest.mark.parametrize("lines", [(), (("", "[music]"),), (("Ada", "Yes."), ("Bruno", "Hm."))])
def test_where_little_is_said_little_is_noted(work: Workspace, lines: tuple[Line, ...]) -> None:
    made = write(work, talk(lines))
    assert (made.summary, made.quotes, made.mentions) == ((), (), ())


def test_a_transcript_without_punctuation_has_notes(work: Workspace) -> None:
    bare = [(who, text.replace(".", "").replace("?", "").replace(",", "")) for who, text in THREE_TOPICS]
    assert write(work, talk(bare)).summary


def test_one_speaker_alone_is_quoted(work: Workspace) -> None:
    assert write(work, talk([("Ada", text) for _, text in THREE_TOPICS])).quotes


def test_the_same_input_gives_the_same_bytes(work: Workspace) -> None:
    assert to_json(write(work, talk(THREE_TOPICS))) == to_json(write(work, talk(THREE_TOPICS)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=8)
@given(st.lists(st.sampled_from([*THREE_TOPICS, ("", "[music]"), ("Ada", "and then the wind")]), max_size=25))
def test_every_quote_was_said_word_for_word_where_it_says(work: Workspace, lines: list[Line]) -> None:
    said = talk(lines)
    made = write(work, said)
    for line in made.quotes:
        rows = [said.segments[number] for number in line.segments]
        assert line.text == join(one.text for one in rows)
        assert line.start == rows[0].start
        assert {one.speaker for one in rows} == {line.speaker}
