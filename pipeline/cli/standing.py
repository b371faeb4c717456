"""How episodes stand, told to people and machines."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.cli.console import say, say_json, say_notice, watching
from pipeline.errors import ConfigError
from pipeline.project import Project
from pipeline.stages import STAGES

#: More episodes than this that have nothing to do are counted, not listed.
_MANY = 50


def tell_all(project: Project, *, json_: bool) -> None:
    """Every episode; one whose settings cannot be read is told at the end, after the others. Raises ConfigError."""
    from pipeline import overview

    with watching("looking at episodes", quiet=json_) as progress:
        found = dict(overview.look(project, progress=progress))
    if json_:
        stages = [stage.name for stage in STAGES]
        say_json(
            {
                slug: {stage: list(one.waiting.get(stage, ())) for stage in stages}
                for slug, one in found.items()
                if one.problem is None
            }
        )
    else:
        finished = [slug for slug, one in found.items() if not one.waiting and one.problem is None]
        for slug, one in found.items():
            if one.problem is None and (one.waiting or len(finished) <= _MANY):
                tell_standing(slug, one.waiting)
        if len(finished) > _MANY:
            say(f"{len(finished)} episodes are up to date")
        if not found:
            say("no episodes yet: make episode AUDIO=interview.wav")
    problems = {slug: one.problem for slug, one in found.items() if one.problem is not None}
    for problem in problems.values():
        say_notice(problem)
    if problems:
        raise ConfigError(
            f"{len(problems)} of {len(found)} episodes cannot be read: {', '.join(problems)[:200]}",
            fix="mend what the notes above name",
        )


def tell_standing(slug: str, waiting: Mapping[str, tuple[str, ...]]) -> None:
    """What is still to do for one episode, by stage, and why."""
    done = len(STAGES) - len(waiting)
    lines = [f"{slug}: {f'{done} of {len(STAGES)} stages up to date' if waiting else 'up to date'}"]
    lines += (f"  {stage}: {'; '.join(why)}" for stage, why in waiting.items())
    say("\n".join(lines))  # at once: of ten thousand episodes they are two hundred thousand
