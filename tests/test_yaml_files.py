"""A mistake in a file that people edit is told with its line, its key and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import yaml_files
from pipeline.config import EpisodeConfig, Glossary, PipelineConfig, PublishConfig
from pipeline.errors import ConfigError

CASES = [
    (Glossary, "terms:\n  - term: A\n  - term: B\n    alias: [x]\n", "f.yaml:4 terms[1].alias: unknown key, did you mean 'aliases'?"),
    (Glossary, "terms:\n  - kind: person\n", "f.yaml:2 terms[0].term: is required and missing"),
    (Glossary, "terms:\n  - term: A\n    kind: persn\n", "f.yaml:3 terms[0].kind: Input should be 'person', 'organisation'"),
    (Glossary, "terms:\n  - term: 'A\n", "f.yaml:3: not valid YAML: found unexpected end of stream"),
    (Glossary, "terms:\n\t- term: A\n", "f.yaml:2: not valid YAML: found character '\\t' that cannot start any token"),
    (Glossary, "terms: []\nterms: []\n", "f.yaml:2: not valid YAML: found duplicate key \"terms\""),
    (Glossary, "- term: A\n", "f.yaml:1 (the whole file): Input should be a valid dictionary"),
    (PipelineConfig, "transcribe:\n  modle: base\n", "f.yaml:2 transcribe.modle: unknown key, did you mean 'model'?"),
    (PipelineConfig, "transcibe: {}\n", "f.yaml:1 transcibe: unknown key, did you mean 'transcribe'?"),
    (PipelineConfig, "master:\n  true_peak: 3\n", "f.yaml:2 master.true_peak: Input should be less than or equal to 0"),
    (PublishConfig, "s3:\n  bucket: b-1\n  secret_key: x\n", "f.yaml:3 s3.secret_key: unknown key"),
    (EpisodeConfig, "title: T\ndate: soon\nguid: g\nsources: [a.wav]\n", "f.yaml:2 date"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "text", "expected"), CASES, ids=[case[2][:60] for case in CASES])
def test_a_mistake_names_file_line_key_and_remedy(model: type, text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        yaml_files.load(path, model, root=tmp_path)
    assert expected in str(caught.value)
    assert caught.value.fix
    assert caught.value.exit_code == 2


def test_every_mistake_of_a_file_is_told_at_once_in_file_order(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("notes:\n  qoutes: 3\nmaster:\n  bitrate_mono: loud\n")
    with pytest.raises(ConfigError) as caught:
        yaml_files.load(tmp_path / "f.yaml", PipelineConfig, root=tmp_path)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["f.yaml:2", "f.yaml:4"]


def test_an_absent_or_empty_optional_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    assert yaml_files.load(tmp_path / "empty.yaml", Glossary) == Glossary()
    assert yaml_files.load(tmp_path / "absent.yaml", Glossary, optional=True) == Glossary()
    with pytest.raises(ConfigError, match=r"absent\.yaml: there is no such file"):
        yaml_files.load(tmp_path / "absent.yaml", Glossary)


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes("title: café".encode("utf-16"))
    with pytest.raises(ConfigError, match=r"f\.yaml: cannot be read as UTF-8 text"):
        yaml_files.load(tmp_path / "f.yaml", Glossary)
