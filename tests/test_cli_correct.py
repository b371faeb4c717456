"""`showrunner correct` on files as programs write them: bytes that no name stands in stay, whatever the encoding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli import main

BODIES = {
    "a.txt": "We met Hedvig Kierlund.\n\nOn Skerivaig, é 日本\n",
    "a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nWe met Hedvig Kierlund\n\n00:03.000 --> 00:04.000\nOn Skerivaig é\n",
    "a.srt": "1\n00:00:01,000 --> 00:00:02,000\nWe met Hedvig Kierlund\n\n2\n00:00:03,000 --> 00:00:04,000\nOn Skerivaig é\n",
}
JSON = '{"segments" : [{"start": 0, "text": "We met Hedvig Kierlund é"}]}\n'
ENCODINGS = [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
LINE_ENDS = ["\n", "\r\n", "\r", "mixed"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "names.txt").write_text("Hedvig Kjærlund\nSkerrivaig\n")
    (tmp_path / "empty.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def correct(name: str, glossary: str = "names.txt", *more: str, output: str = "out") -> int:
    with pytest.raises(SystemExit) as ended:
        main(["correct", name, "--glossary", glossary, "-o", output, *more])
    return ended.value.code if isinstance(ended.value.code, int) else 1


def written(body: str, line_end: str) -> str:
    ends = ("\n", "\r\n", "\r") if line_end == "mixed" else (line_end,)
    return "".join(line + ends[at % len(ends)] for at, line in enumerate(body.split("\n")[:-1]))


@pytest.mark.parametrize("final", [True, False], ids=["final-newline", "no-final-newline"])
@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
def test_only_the_names_change(encoding: str, mark: bytes, line_end: str, final: bool, folder: Path) -> None:
    for name, body in BODIES.items():
        text = written(body, line_end)
        text = text if final else text.rstrip("\r\n")
        (folder / name).write_bytes(mark + text.encode(encoding))
        assert correct(name, "empty.yaml") == 0
        assert (folder / "out").read_bytes() == (folder / name).read_bytes()
        assert correct(name) == 0
        right = text.replace("Kierlund", "Kjærlund").replace("Skerivaig", "Skerrivaig")
        assert (folder / "out").read_bytes() == mark + right.encode(encoding)


@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
def test_json_keeps_its_encoding_and_without_a_change_every_byte(encoding: str, mark: bytes, folder: Path) -> None:
    (folder / "a.json").write_bytes(mark + JSON.encode(encoding))
    assert correct("a.json", "empty.yaml") == 0
    assert (folder / "out").read_bytes() == mark + JSON.encode(encoding)
    assert correct("a.json") == 0
    made = (folder / "out").read_bytes()
    assert made.startswith(mark)
    assert json.loads(made[len(mark) :].decode(encoding))["segments"][0]["text"] == "We met Hedvig Kjærlund é"


@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
@pytest.mark.parametrize(
    ("name", "text"), [("g.yaml", "terms:\r\n- Hedvig Kjærlund"), ("g.csv", "term\tkind\rHedvig Kjærlund\tperson"), ("g.txt", "Hedvig Kjærlund")]
)  # fmt: skip
def test_a_glossary_may_have_any_of_these_too(name: str, text: str, encoding: str, mark: bytes, folder: Path) -> None:
    (folder / name).write_bytes(mark + text.encode(encoding))
    (folder / "a.txt").write_text("We met Hedvig Kierlund.")
    assert correct("a.txt", name) == 0
    assert (folder / "out").read_text() == "We met Hedvig Kjærlund."


REFUSED = [
    ("a.txt", b"ok\nvoil\xe0", "names.txt", (), "a.txt:2: byte 8 of the file (0xE0) is not UTF-8 text"),
    ("a.txt", b"\xff\xfea\0\n\0\0\xd8a\0", "names.txt", (), "a.txt:2: byte 7 of the file (0x00) is not UTF-16-LE text"),
    ("a.txt", b"ok", "bad.csv", (), "bad.csv:2: byte 6 of the file (0xE6) is not UTF-8 text"),
    ("a.vtt", b"", "names.txt", (), "a.vtt:1: a WebVTT file begins with WEBVTT"),
    ("folder", None, "names.txt", (), "folder: Is a directory"),
    ("a.txt", b"ok", "folder", (), "folder: cannot be read (Is a directory)"),
    ("a.txt", b"ok", "names.txt", ("--report", "out"), "out: the report would take the place of the transcript"),
    ("a.txt", b"ok", "names.txt", ("--report", "./a.txt"), "a.txt: the report would take the place of the transcript"),
]


@pytest.mark.parametrize(("name", "data", "glossary", "more", "told"), REFUSED)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    name: str, data: bytes | None, glossary: str, more: tuple[str, ...], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    (folder / "folder").mkdir()
    (folder / "bad.csv").write_bytes(b"term\n\xe6")
    if data is not None:
        (folder / name).write_bytes(data)
    assert correct(name, glossary, *more) == 2
    first, fix = capsys.readouterr().err.splitlines()
    assert first == f"error: {told}"
    assert fix.startswith("fix: ")
    assert not (folder / "out").exists()
    assert data is None or (folder / name).read_bytes() == data


def test_the_output_may_be_the_input_and_one_that_cannot_be_written_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.txt").write_text("We met Hedvig Kierlund.")
    assert correct("a.txt", output="a.txt/out") == 1
    assert "a.txt/out: cannot be written" in capsys.readouterr().err
    assert correct("a.txt", output="a.txt") == 0
    assert capsys.readouterr().out == "a.txt: 1 name corrected, 0 left as they were heard\n"
    assert (folder / "a.txt").read_text() == "We met Hedvig Kjærlund."


def test_the_language_says_which_words_are_ordinary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.txt").write_text("Ha Skerivaig a zo.")
    assert correct("a.txt", "names.txt", "--language", "br") == 0
    assert "no word frequencies for language 'br'" in capsys.readouterr().out


KEYS = [
    ("{term: Kim Min-ji, kind: person, given: Min-ji, family: Kim}", "Kim Minji came. Then Minji left.", "Kim Min-ji came. Then Min-ji left."),
    ("{term: Zorah of Lyngholt, given: Zorah}", "Zora of Lingholt came. Then Zora left.", "Zorah of Lyngholt came. Then Zorah left."),
    ("{term: Skerrivaig, never: [Skerivaig]}", "On Skerivaig, off Skerrivag.", "On Skerivaig, off Skerrivaig."),
    ("{term: Niamh, sounds_like: [neev]}", "We met Neev.", "We met Niamh."),
    ("{term: Skerrivaig, aliases: [scary vague]}", "On scary vague.", "On Skerrivaig."),
    ("{term: gyrostat, case: sentence}", "A giro stat hums. Giro stats hum.", "A gyrostat hums. Gyrostats hum."),
    ("{term: gyrostat, case: fixed}", "A giro stat hums. Giro stats hum.", "A gyrostat hums. gyrostats hum."),
    ("{term: Skerrivaig, episodes: [other], shows: [Other]}", "On Skerivaig.", "On Skerrivaig."),
    ('{term: Skerrivaig, kind: place, link: "https://example.org/", notes: an island}', "On Skerivaig.", "On Skerrivaig."),
    ("B", "A B b Bee.", "A B b Bee."),
    ('"C++ (.*)"', "We use C++ (.*) and c.", "We use C++ (.*) and c."),
    ("🎙️ Skerrivaig", "On 🎙️ Skerrivaig.", "On 🎙️ Skerrivaig."),
    ("שלום כהן", "עם שלום כהן היום", "עם שלום כהן היום"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "heard", "right"), KEYS, ids=[case[0] for case in KEYS])
def test_each_key_of_a_term_and_each_kind_of_name(term: str, heard: str, right: str, folder: Path) -> None:
    (folder / "g.yaml").write_text(f"terms:\n- {term}\n")
    (folder / "a.txt").write_text(heard)
    assert correct("a.txt", "g.yaml") == 0
    assert (folder / "out").read_text() == right
