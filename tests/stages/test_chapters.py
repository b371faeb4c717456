"""chapters: from topic turns to titled chapters, or a person's own."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talk_samples import THREE_TOPICS, TOPICS, talk

from pipeline.adapters import embeddings
from pipeline.config import ChaptersConfig
from pipeline.errors import ConfigError, StageError
from pipeline.models import Chapter, Topics, Transcript
from pipeline.stages import chapters
from pipeline.store import Workspace


def topics_of(work: Workspace, said: Transcript, turns: dict[int, float]) -> Topics:
    count = len(said.segments)
    return Topics(
        model="given",
        segments=tuple(one.id for one in said.segments),
        vectors=work.keep_bytes(embeddings.to_npy(np.ones((count, 1), np.float32)), "topics.npy"),
        turns=tuple(turns.get(at, 0.0) for at in range(count)),
    )


def find(work: Workspace, said: Transcript, turns: dict[int, float], **keys: float) -> tuple[Chapter, ...]:
    return chapters.run(work, said, topics_of(work, said, turns), ChaptersConfig(**keys), None).chapters


JOINS = [len(talk(TOPICS[0]).segments), len(talk((*TOPICS[0], *TOPICS[1])).segments)]


def test_chapters_begin_where_topics_turn_and_fill_the_episode(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    made = find(work, said, dict.fromkeys(JOINS, 0.9))
    assert [one.start for one in made] == [0.0, *(said.segments[at].start for at in JOINS)]
    assert [one.end for one in made] == [*(one.start for one in made[1:]), said.duration]


def test_the_first_chapter_begins_at_zero_even_if_nobody_speaks_yet(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    late = said.model_copy(
        update={"segments": tuple(one.model_copy(update={"start": one.start + 2}) for one in said.segments)}
    )
    assert find(work, late, {})[0].start == 0


@pytest.mark.parametrize(
    ("lines", "title"),
    [((), "Start"), ((("", "[music]"),), "Start"), ((("Ada", "The foghorn is loud."),), "Foghorn")],
)
def test_a_short_or_empty_episode_is_one_chapter(
    work: Workspace, lines: tuple[tuple[str, str], ...], title: str
) -> None:
    made = find(work, talk(lines), {})
    assert [(one.start, one.title) for one in made] == [(0.0, title)]


def test_chapters_keep_the_length_that_was_asked_for(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    made = find(work, said, {**dict.fromkeys(JOINS, 0.9), 19: 0.5}, min_length=60)
    assert [one.start for one in made] == [0, said.segments[19].start]


def test_titles_keep_the_length_that_was_asked_for(work: Workspace) -> None:
    made = find(work, talk(THREE_TOPICS), dict.fromkeys(JOINS, 0.9), max_title=12)
    assert all(len(one.title) <= 12 for one in made)


def test_a_person_s_chapters_win(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    made = chapters.run(
        work, said, topics_of(work, said, {JOINS[0]: 0.9}), ChaptersConfig(), ("0:00 Hello", "1:02.5  The  foghorn")
    )
    assert [(one.start, one.title, one.end) for one in made.chapters] == [
        (0.0, "Hello", 62.5),
        (62.5, "The foghorn", said.duration),
    ]


@pytest.mark.parametrize(
    ("lines", "number", "problem"),
    [
        (("Hello",), 0, "not a time and a title"),
        (("0:00",), 0, "not a time and a title"),
        (("0:00 Hello", "1:99 Late"), 1, "not a time and a title"),
        (("0:10 Hello",), 0, "must begin at 0:00"),
        (("0:00 Hello", "0:50 B", "0:50 C"), 2, "does not come after"),
        (("0:00 Hello", "9:00:00 B"), 1, "after the end of the recording"),
    ],
)
def test_a_bad_line_is_named(work: Workspace, lines: tuple[str, ...], number: int, problem: str) -> None:
    said = talk(THREE_TOPICS)
    with pytest.raises(ConfigError, match=problem) as caught:
        chapters.run(work, said, topics_of(work, said, {}), ChaptersConfig(), lines)
    assert f"overrides.yaml chapters[{number}]: {lines[number]!r}" in str(caught.value)


def test_topics_of_another_transcript_are_refused(work: Workspace) -> None:
    with pytest.raises(StageError, match="another transcript"):
        chapters.run(work, talk(THREE_TOPICS), topics_of(work, talk([]), {}), ChaptersConfig(), None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_chapters_are_always_well_formed(work: Workspace, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.sampled_from([*THREE_TOPICS, ("", "[music]"), ("Ada", "Yes.")]), max_size=30))
    said = talk(lines, pace=data.draw(st.sampled_from([0.2, 0.4, 3.0])))
    turns = data.draw(st.lists(st.floats(0, 1), min_size=len(said.segments), max_size=len(said.segments)))
    made = find(work, said, dict(enumerate(turns)))
    assert made[0].start == 0
    assert made[-1].end == said.duration
    assert all(one.end == after.start and after.start - one.start >= 30 for one, after in pairwise(made))
    titles = [one.title for one in made]
    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(0 < len(title) <= 40 for title in titles)
    assert {one.start for one in made[1:]} <= {one.start for one in said.segments}
