"""Commands about the glossary: what is wrong with it, and which names of an episode it lacks."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import runner
from pipeline.cli.console import Reporter, say, say_json
from pipeline.cli.episodes import as_json
from pipeline.errors import ConfigError
from pipeline.formats.clock import format_clock
from pipeline.models import Transcript
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline.names.suggest import Suggestion

_TIMES = 3


@click.group()
def glossary() -> None:
    """Look after the names of the show: check the glossary, or find names that it lacks.

    Names stand in configs/glossary.yaml; docs/names.md tells how they are used.
    """


@glossary.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--language", metavar="CODE", help="ISO 639-1, for how common words are; the show's when absent.")
@as_json
def check(files: tuple[Path, ...], language: str | None, json_: bool) -> None:
    """Check a glossary: duplicates, names that are easily confused, aliases that would rewrite ordinary words.

    FILE is YAML, CSV or a list; several are checked together. Without one it is configs/glossary.yaml.
    """
    from pipeline.names.glossary_check import check_glossary
    from pipeline.names.glossary_files import read_terms

    project = Project.find()
    paths = files or (project.root / "configs/glossary.yaml",)
    terms = [placed for path in paths for placed in read_terms(path, project.root)]
    spoken = language or project.show().language.partition("-")[0]
    findings = check_glossary(terms, spoken)
    counts = Counter(finding.level for finding in findings)
    if json_:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            say(f"{finding.file}:{finding.line} {finding.level}: {finding.what}\n  fix: {finding.fix}")
        levels = ", ".join(_number(counts[level], level) for level in ("error", "warning", "hint"))
        say(f"{_number(len(terms), 'term')}: {levels}")
    if counts["error"]:
        names = ", ".join(dict.fromkeys(finding.file for finding in findings if finding.level == "error"))
        raise ConfigError(f"{names}: {_number(counts['error'], 'error')}", fix="mend them as the lines above say")


@glossary.command()
@click.argument("slug")
@click.option("--yaml", "yaml_", is_flag=True, help="Print entries to paste under `terms:` in configs/glossary.yaml.")
@as_json
def suggest(slug: str, yaml_: bool, json_: bool) -> None:
    """List names heard in an episode that are not in the glossary, those that sound alike together.

    The best spelling stands first. Stages up to the names that are out of date run before.
    """
    from pipeline.adapters import entities
    from pipeline.names.suggest import as_yaml, suggest_names

    project = Project.find()
    job = project.job(slug)
    with Reporter(quiet=json_ or yaml_) as reporter:
        runner.run(job, until="correct", report=reporter)
    heard = runner.read_artifact(job.build, "transcript", Transcript)
    usable = entities.is_installed() and heard.language == entities.LANGUAGE
    found = suggest_names(
        heard,
        job.settings.glossary,
        slug=slug,
        show=job.settings.show.title,
        recognise=entities.find if usable else None,
    )
    if json_:
        say_json([{"name": one.name, "count": one.count, "kind": one.kind, **asdict(one)} for one in found])
    elif yaml_:
        click.echo(as_yaml(found), nl=False)
    else:
        for one in found:
            _show(one, max(len(one.name) for one in found))
        more = "; --yaml prints entries for it" if found else ""
        say(f"{_number(len(found), 'name')} that the glossary does not have{more}")
        if heard.language == entities.LANGUAGE and not usable:
            say("note: found by rules; after `make setup-ner` spaCy looks for names too, and tells people from things")


def _show(one: Suggestion, width: int) -> None:
    first = one.mentions[0]
    times = ", ".join(format_clock(mention.start) for mention in one.mentions[:_TIMES])
    more = ", …" if one.count > _TIMES else ""
    kind = f"  {one.kind}" if one.kind else ""
    say(f"{one.count:>4}  {one.name:<{width}}  {times}{more}{kind}  “{first.context}”")
    margin = " " * (width + 8)
    if len(one.spellings) > 1:
        also = ", ".join(f"{spelling.text} ({spelling.count})" for spelling in one.spellings[1:])
        say(f"{margin}also heard as {also}")
    if one.near:
        say(f"{margin}sounds like {one.near}, which the glossary has")


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"
