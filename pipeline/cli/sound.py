"""The command that tells what was done to an episode's sound."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.console import clock, say, say_json
from pipeline.cli.episodes import as_json
from pipeline.formats.clock import format_clock
from pipeline.project import Project
from pipeline.store import Workspace

if TYPE_CHECKING:
    from pipeline.models import Loudness
    from pipeline.sound_report import SoundReport

_REASONS = {
    "head": "silence at the beginning",
    "tail": "silence at the end",
    "pause": "pauses",
    "chosen": "chosen in episode.yaml",
    "filler": "fillers",
}


@click.command()
@click.argument("slug")
@click.option("--cuts", is_flag=True, help="List every cut.")
@as_json
def sound(slug: str, cuts: bool, json_: bool) -> None:
    """Say what was done to the sound of an episode: loudness, each speaker, cuts, other sound, files.

    Speakers are measured in the finished audio, by what each of them says alone.
    """
    from pipeline import sound_report

    job = Project.find().job(slug)
    with tempfile.TemporaryDirectory(prefix="showrunner-") as folder:
        found = sound_report.report(job, Workspace(Path(folder)))
    if json_:
        say_json(_plain(found))
        return
    _tell_loudness(found)
    _tell_speakers(found)
    _tell_cuts(found, every=cuts)
    for element in found.elements:
        length = clock(element.end - element.begin)
        say(f"{element.kind}: {length} at {format_clock(element.start)}{f', {element.title}' if element.title else ''}")
    for one in found.formats:
        say(f"{one.media_type}: {one.bitrate} kbit/s, {one.audio.size / 1e6:.1f} MB")


def _tell_loudness(found: SoundReport) -> None:
    say(f"{'':10}{'loudness':>12}{'peak':>12}{'range':>10}")
    for name, one in (("recording", found.before), ("episode", found.after)):
        cells = (_cell(one.integrated, "LUFS"), _cell(one.true_peak, "dBTP"), _cell(one.range, "LU"))
        say(f"{name:10}{cells[0]:>12}{cells[1]:>12}{cells[2]:>10}")


def _tell_speakers(found: SoundReport) -> None:
    if not found.speakers:
        return
    width = max(len(one.speaker) for one in found.speakers) + 2
    say(f"{'':{width}}{'before':>12}{'gain':>10}{'after':>12}{'alone':>12}")
    for one in found.speakers:
        cells = (_cell(one.before, "LUFS"), f"{one.gain:+.1f} dB", _cell(one.after, "LUFS"), clock(one.seconds))
        say(f"{one.speaker:{width}}{cells[0]:>12}{cells[1]:>10}{cells[2]:>12}{cells[3]:>12}")
    if found.spread is not None:
        say(f"speakers are {found.spread:.1f} LU apart")


def _tell_cuts(found: SoundReport, *, every: bool) -> None:
    if not found.cuts:
        say(f"nothing was cut; {clock(found.duration)}")
        return
    said = ", ".join(f"{_REASONS[reason]} {clock(seconds)}" for reason, seconds in found.removed.items())
    say(f"cut {clock(sum(found.removed.values()))} of {clock(found.recorded)}: {said}")
    for cut in found.cuts if every else ():
        text = f": {cut.text}" if cut.text else ""
        say(f"  {format_clock(cut.start)} to {format_clock(cut.end)}, {_REASONS[cut.reason]}{text}")


def _cell(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.1f} {unit}"


def _plain(found: SoundReport) -> dict[str, Any]:
    return {
        "loudness": {"before": _figures(found.before), "after": _figures(found.after)},
        "recorded": found.recorded,
        "duration": found.duration,
        "speakers": [asdict(one) for one in found.speakers],
        "spread": found.spread,
        "removed": found.removed,
        "cuts": [cut.model_dump(mode="json") for cut in found.cuts],
        "elements": [one.model_dump(mode="json", exclude={"envelope"}, exclude_none=True) for one in found.elements],
        "formats": [
            {"media_type": one.media_type, "bitrate": one.bitrate, "size": one.audio.size} for one in found.formats
        ],
    }


def _figures(one: Loudness) -> dict[str, float | None]:
    return {"integrated": one.integrated, "range": one.range, "true_peak": one.true_peak}
