"""Counters of a file for Prometheus only go up, whatever stood in it."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.adapters import prometheus


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_is_added_stands_on_top_of_what_was_there() -> None:
    once = prometheus.add("", {("prepare", "ran"): 1}, {"prepare": 0.5}, {"done": 1}, 1000.0)
    twice = prometheus.add(
        once, {("prepare", "skipped"): 1, ("prepare", "ran"): 2}, {"prepare": 1}, {"failed": 1}, 2000
    )
    assert samples(twice) == {
        ("showrunner_stage_runs_total", "outcome=ran", "stage=prepare"): 3,
        ("showrunner_stage_runs_total", "outcome=skipped", "stage=prepare"): 1,
        ("showrunner_stage_seconds_total", "stage=prepare"): 1.5,
        ("showrunner_episodes_total", "outcome=done"): 1,
        ("showrunner_episodes_total", "outcome=failed"): 1,
        ("showrunner_last_run_timestamp_seconds",): 2000,
    }


@pytest.mark.parametrize("old", ["", "no metrics", "{", 'other_total{a="b"} 3\n', "showrunner_episodes_total 4 5 6\n"])
def test_what_is_no_metrics_of_ours_counts_as_none(old: str) -> None:
    assert samples(prometheus.add(old, {}, {}, {"done": 1}, 1.0)) == {
        ("showrunner_episodes_total", "outcome=done"): 1,
        ("showrunner_last_run_timestamp_seconds",): 1,
    }
