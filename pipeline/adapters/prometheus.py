"""Prometheus' text format, through prometheus_client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Metric

_RUNS = "showrunner_stage_runs"
_SECONDS = "showrunner_stage_seconds"
_EPISODES = "showrunner_episodes"
_LAST = "showrunner_last_run_timestamp_seconds"
_LABELS = {_RUNS: ("stage", "outcome"), _SECONDS: ("stage",), _EPISODES: ("outcome",)}

Labels = tuple[str, ...]


def add(
    old: str,
    runs: Mapping[tuple[str, str], int],
    seconds: Mapping[str, float],
    episodes: Mapping[str, int],
    now: float,
) -> str:
    """The text `old` with its counters higher by these; text that is no metrics counts as none.

    Source: Prometheus' text exposition format 0.0.4.
    """
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    before = _read(old)
    tables: list[tuple[str, str, dict[Labels, float]]] = [
        (
            _RUNS,
            "Stages that ran, were skipped, taken from the cache, or failed.",
            {(*key,): n for key, n in runs.items()},
        ),
        (_SECONDS, "Seconds that stages ran for.", {(stage,): spent for stage, spent in seconds.items()}),
        (_EPISODES, "Episodes that ended.", {(how,): count for how, count in episodes.items()}),
    ]
    made: list[Metric] = []
    for name, told, more in tables:
        family = CounterMetricFamily(name, told, labels=_LABELS[name])
        for key in sorted({*more, *(key for table, key in before if table == name)}):
            family.add_metric(key, before.get((name, key), 0.0) + more.get(key, 0))
        made.append(family)
    made.append(GaugeMetricFamily(_LAST, "When a run last ended, in seconds since 1970.", value=now))

    class Table:
        def collect(self) -> Iterator[Metric]:
            yield from made

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Table())
    return generate_latest(registry).decode()


def _read(text: str) -> dict[tuple[str, Labels], float]:
    """Every counter of ours in a text, by name and the values of its labels."""
    from prometheus_client.parser import text_string_to_metric_families

    found: dict[tuple[str, Labels], float] = {}
    with suppress(ValueError, KeyError, IndexError):
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if family.name in _LABELS and sample.name.endswith("_total"):
                    found[family.name, tuple(sample.labels[label] for label in _LABELS[family.name])] = sample.value
    return found
