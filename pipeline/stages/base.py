"""What a stage is: a declaration of inputs, settings and outputs around one pure function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Stage:
    """One step from models to models.

    `run(work, **inputs, **config)` is called with a Workspace, each of `inputs` (artifact names) and each of
    `config` (parameter name -> dotted path into Settings, such as `pipeline.transcribe`), and returns a model,
    or a tuple of them when there are several `outputs`. It never mutates its arguments, prints, or opens a
    path that did not come from the workspace. `version` goes up when the same inputs would give other
    results: it is part of the cache key. `tools` are the distributions whose versions the manifest records.

    With `keeps` a stage holds on to what its settings were when it first ran: a later change of them alone does not
    run it again. Then the user is told why what changed does not count, and the text of `keeps`, which says what does.

    What a stage that is `shared` makes may go to other machines through the cache; one that acts on the world is not.
    Where the machine decides the result too, `makers(**config)` says by what names: those whose results may stand for
    this machine's, the best first, and last its own.
    """

    name: str
    version: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    run: Callable[..., Any]
    config: dict[str, str] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    keeps: str = ""
    shared: bool = True
    makers: Callable[..., tuple[str, ...]] | None = None
