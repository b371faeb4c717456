"""Errors that a user can cause or meet: each says where, what was wrong, and how to fix it."""

from __future__ import annotations


class PipelineError(Exception):
    """A failure with a remedy; the command line prints it as `error:` and `fix:` and exits with `exit_code`.

    `what` is one sentence that names the file and the key or second; `fix` is what the user can do about it.
    `episode` and `stage` are filled in by the runner, so that a stage need not know where it runs.
    """

    exit_code = 1

    def __init__(self, what: str, *, fix: str, episode: str | None = None, stage: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.episode = episode
        self.stage = stage

    def __str__(self) -> str:
        """The sentence, with the episode and stage before it where they are known."""
        place = "/".join(part for part in (self.episode, self.stage) if part)
        return f"{place}: {self.what}" if place else self.what

    def at(self, *, episode: str | None = None, stage: str | None = None) -> PipelineError:
        """The same error with the place filled in where it was unknown."""
        self.episode = self.episode or episode
        self.stage = self.stage or stage
        return self


class InputError(PipelineError):
    """The recording, transcript or argument given cannot be used as it is."""

    exit_code = 2


class ConfigError(PipelineError):
    """A file under configs/ or an episode.yaml says something that cannot be."""

    exit_code = 2


class StageError(PipelineError):
    """A stage could not finish: a tool, a model, the disk or the network failed."""
