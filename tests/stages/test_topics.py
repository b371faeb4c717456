"""topics: a vector and a turn for every sentence."""

import numpy as np
import pytest
from talk_samples import THREE_TOPICS, TOPICS, bag_vectors, talk

from pipeline.adapters import embeddings
from pipeline.config import ChaptersConfig, TopicsConfig
from pipeline.errors import StageError
from pipeline.stages import chapters, topics
from pipeline.store import Workspace, to_json


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "encode", bag_vectors)


@pytest.mark.usefixtures("fake_model")
def test_every_segment_has_a_unit_vector_and_a_turn(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    made = topics.run(work, said, TopicsConfig())
    vectors = embeddings.read_npy(work.path(made.vectors))
    assert made.segments == tuple(range(len(said.segments)))
    assert len(made.turns) == len(vectors) == len(said.segments)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-3)


@pytest.mark.usefixtures("fake_model")
def test_the_same_transcript_gives_the_same_bytes(work: Workspace) -> None:
    one, other = (topics.run(work, talk(THREE_TOPICS), TopicsConfig()) for _ in range(2))
    assert to_json(one) == to_json(other)


def test_a_model_that_is_not_there_is_named(work: Workspace) -> None:
    with pytest.raises(StageError, match="/no/such/model"):
        topics.run(work, talk(THREE_TOPICS), TopicsConfig(model="/no/such/model"))


@pytest.mark.real
def test_the_packaged_model_finds_where_three_topics_meet(work: Workspace) -> None:
    said = talk(THREE_TOPICS)
    made = topics.run(work, said, TopicsConfig())
    assert made.model == "all-MiniLM-L6-v2"
    found = chapters.run(work, said, made, ChaptersConfig(), None).chapters
    joins = [talk(TOPICS[0]).duration, talk((*TOPICS[0], *TOPICS[1])).duration]
    assert [chapter.start for chapter in found] == pytest.approx([0, *joins])


@pytest.mark.real
def test_an_empty_transcript_has_no_topics(work: Workspace) -> None:
    made = topics.run(work, talk([]), TopicsConfig())
    assert (made.segments, made.turns) == ((), ())
