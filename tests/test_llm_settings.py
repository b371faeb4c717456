"""editorial.llm: what configs/pipeline.yaml may say of a language model, and that no key gets into a message."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_endpoint import KEY, MODEL, Endpoint, serving
from talk_samples import THREE_TOPICS, bag_vectors, talk

from pipeline import yaml_files
from pipeline.adapters import embeddings
from pipeline.cli import main
from pipeline.config import PipelineConfig
from pipeline.doctor import examine
from pipeline.errors import ConfigError
from pipeline.project import Project
from pipeline.store import to_json

SAID = talk(THREE_TOPICS)


def read(text: str) -> PipelineConfig:
    return yaml_files.parse(text, PipelineConfig, "configs/pipeline.yaml")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1", "http://localhost:11434/v1/", "http://127.0.0.1:8080/v1", "http://192.168.1.9/v1",
        "http://[::1]:8000/v1", "http://gpu-box:8000/v1", "http://ollama.local/v1",
    ],
)  # fmt: skip
def test_endpoints_at_home_and_encrypted_ones_are_taken(url: str) -> None:
    assert read(f"editorial: {{llm: {{base_url: '{url}'}}}}").editorial.llm.base_url == url


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("base_url: http://llm.example.com/v1", "base_url would show transcript and key to everybody on the way"),
        ("base_url: http://8.8.8.8/v1", "base_url would show transcript and key"),
        (f"base_url: https://me:{KEY}@host/v1", "base_url must hold no key or password"),
        (f"base_url: https://host/v1?key={KEY}", "base_url must hold no key or password"),
        ("base_url: localhost:11434", "base_url is no http(s) URL"),
        ("base_url: 'http://[::1'", "base_url is no http(s) URL"),
        ("base_url: 'http://host name/v1'", "base_url is no http(s) URL"),
        (f"api_key_env: {KEY}", "api_key_env must be the name of an environment variable, never the key itself"),
        (f"api_key: {KEY}", "unknown key, did you mean 'api_key_env'?"),
        ("max_cost: 1", "max_cost needs price_input and price_output"),
        ("max_answer: 4000", "max_answer 4000 leaves too little of context 4096"),
        ("context: 100", "greater than or equal to 2048"),
        ("output: yaml", "Input should be 'auto', 'json_schema'"),
    ],
)
def test_what_cannot_be_is_told_without_any_key(keys: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read("editorial:\n  llm: {model: m, %s}" % keys)  # noqa: UP031
    assert told in caught.value.what
    assert KEY not in f"{caught.value.what} {caught.value.fix}"


def test_a_language_model_needs_a_name() -> None:
    with pytest.raises(ConfigError, match=r"engine llm needs llm\.model"):
        read("editorial: {engine: llm}")


@pytest.fixture
def endpoint(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """A project whose configs/pipeline.yaml names a running endpoint, with a transcript beside it."""
    shutil.copytree(root / "configs", tmp_path / "configs")
    (tmp_path / "said.json").write_bytes(to_json(SAID))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOWRUNNER_ROOT", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(embeddings, "encode", bag_vectors)
    with serving() as running:
        write_settings(tmp_path, running.url)
        yield running


def write_settings(project: Path, url: str, engine: str = "llm", model: str = MODEL) -> None:
    (project / "configs/pipeline.yaml").write_text(
        f"editorial:\n  engine: {engine}\n  llm: {{base_url: {url}/v1, model: '{model}', retries: 0}}\n"
    )


def call(line: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(line))
    return ended.value.code if isinstance(ended.value.code, int) else 1


@pytest.mark.parametrize("command", ["chapters said.json -o out.json", "notes said.json -o out.json"])
def test_a_file_is_edited_by_the_model_where_that_is_asked_for(
    endpoint: Endpoint, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(command) == 0
    assert not endpoint.asked
    by_hand = Path("out.json").read_text()
    assert call(f"{command} --engine llm") == 0
    assert endpoint.asked
    assert Path("out.json").read_text() != by_hand
    told = capsys.readouterr().err
    assert f"asks {MODEL} at 127.0.0.1" in told
    assert KEY not in told


def test_the_model_must_be_named_to_be_asked(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_settings(tmp_path, endpoint.url, engine="extractive", model="")
    assert call("notes said.json -o out.md --engine llm") == 2
    assert "configs/pipeline.yaml names no editorial.llm.model" in capsys.readouterr().err


def test_a_broken_prompt_is_told_before_anything_is_asked(
    endpoint: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "configs/prompts/chapter.md").write_text("{{ transcript }}\n{{ titel }}")
    assert call("notes said.json -o out.md --engine llm") == 2
    assert "chapter.md: there is no {{ titel }} to fill in" in capsys.readouterr().err
    assert not endpoint.asked


def language_model(project: Path) -> tuple[str, str]:
    (found,) = [one for one in examine(Project(project)) if one.name == "language model"] or [None]
    return (found.state, found.detail) if found else ("", "")


def test_the_doctor_says_whether_the_model_answers(endpoint: Endpoint, tmp_path: Path) -> None:
    assert language_model(tmp_path) == ("ok", f"{MODEL} at {endpoint.url.removeprefix('http://')}")
    endpoint.models = ()
    state, detail = language_model(tmp_path)
    assert state == "absent"
    assert f"has no model {MODEL}; titles and notes will be extractive" in detail
    write_settings(tmp_path, endpoint.url, engine="extractive")
    assert language_model(tmp_path) == ("", "")


def test_an_edited_prompt_runs_titles_and_notes_again_and_nothing_before(endpoint: Endpoint, tmp_path: Path) -> None:
    (tmp_path / "episodes/e").mkdir(parents=True)
    (tmp_path / "episodes/e/episode.yaml").write_text("title: Talk\ndate: 2026-01-01\nguid: g\nsources: [a.wav]\n")
    project = Project(tmp_path)
    before = project.job("e").settings.at("prompts")
    (tmp_path / "configs/prompts/chapter.md").write_text("Name this: {{ transcript }}")
    after = project.job("e").settings.at("prompts")
    assert before != after
    write_settings(tmp_path, endpoint.url, engine="extractive")
    assert project.job("e").settings.at("prompts") is None
