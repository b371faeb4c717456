"""Chapter titles, summaries and whole notes against those that people wrote (../shared/data), and what they cost.

    .venv/bin/python -m benchmarks notes                  the figures
    .venv/bin/python -m benchmarks notes --show 5         the whole output for so many episodes, for a person to read

Titles are made within human boundaries. `cosine` is the similarity of sentence embeddings to the human title or
summary, `ROUGE-L` the share of words in the same order, `own` how often a title is more like the human title of its own
chapter than like any other of that episode. Weights of titles were fitted on these episodes:
`-m benchmarks fit_titles` prints the figures for episodes that were left out.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import note_rivals
from benchmarks.boundary_cases import Case as Episode
from benchmarks.boundary_cases import load_cases, load_episodes
from benchmarks.note_cases import Case, embed, rouge_l
from benchmarks.note_cases import load_cases as load_titled
from pipeline.config import ChaptersConfig, Glossary, NotesConfig, TopicsConfig
from pipeline.editorial import drafting, evidence, grounding
from pipeline.editorial.engine import Brief
from pipeline.editorial.extractive import Extractive
from pipeline.editorial.people import find_people
from pipeline.formats.clock import format_clock
from pipeline.models import Blob, ShowNotes, Topics, Transcript, Word
from pipeline.sentences import to_segments
from pipeline.stages import chapters as chapters_stage
from pipeline.stages import notes as notes_stage
from pipeline.stages import topics as topics_stage
from pipeline.store import Workspace

_LONGEST = 40
_SENTENCES = 3


def ours(case: Case) -> list[str]:
    """The titles that the pipeline gives to human chapters."""
    return list(drafting.draft_titles(case.brief, [Extractive()], _LONGEST, print))


def compare_titles(cases: Sequence[Case]) -> None:
    """A table of our titles beside other ways."""
    print(f"\nChapter titles, human boundaries, {len(cases)} episodes\n{'':18}  titles  cosine  ROUGE-L  own")
    for name, method in {"showrunner": ours, **note_rivals.TITLES}.items():
        alike, rouge, own = [], [], []
        for case in cases:
            made = method(case)
            known = [number for number, title in enumerate(case.titles) if title]
            likeness = embed([made[at] for at in known]) @ embed([case.titles[at] for at in known]).T
            alike += [float(likeness[row, row]) for row in range(len(known))]
            own += [bool(likeness[row, row] >= likeness[row].max()) for row in range(len(known))]
            rouge += [rouge_l(case.titles[at], made[at]) for at in known]
        print(f"{name:18}  {len(alike):6}  {np.mean(alike):6.3f}  {np.mean(rouge):7.3f}  {np.mean(own):.3f}")


def compare_summaries(cases: Sequence[Case]) -> None:
    """A table of our summaries beside other ways, where people wrote running text."""
    with_text = [case for case in cases if case.summary]
    print(f"\nSummaries of {_SENTENCES} sentences, {len(with_text)} episodes\n{'':18}  cosine  ROUGE-L")

    def summarise(case: Case, count: int) -> str:
        written = Extractive().write_notes(case.brief, NotesConfig(sentences=count))
        return " ".join(line.text for line in written.summary)

    for name, method in {"showrunner": summarise, **note_rivals.SUMMARIES}.items():
        made = [method(case, _SENTENCES) for case in with_text]
        alike = (embed(made) * embed([case.summary for case in with_text])).sum(axis=1)
        rouge = [rouge_l(case.summary, text) for case, text in zip(with_text, made, strict=True)]
        print(f"{name:18}  {np.mean(alike):6.3f}  {np.mean(rouge):7.3f}")


def compare_headings(cases: Sequence[Case]) -> None:
    """How alike our ideas for an episode's title are to its own."""
    made = [Extractive().write_notes(case.brief, NotesConfig()).title for case in cases]
    pairs = [(case.heading, line.text) for case, line in zip(cases, made, strict=True) if line]
    alike = (embed([one for one, _ in pairs]) * embed([other for _, other in pairs])).sum(axis=1)
    rouge = np.mean([rouge_l(*pair) for pair in pairs])
    print(f"\nEpisode titles: {len(pairs)} of {len(cases)} episodes, cosine {alike.mean():.3f}, ROUGE-L {rouge:.3f}")


def count_violations(episodes: Sequence[Episode]) -> None:
    """How much of what the extractive engine writes the grounding check refuses, over all episodes of the data."""
    refused: list[grounding.Refusal] = []
    lines = 0
    for episode in episodes:
        brief, written = write(episode)
        refused += [*grounding.check_titles(brief.titles, brief)[1], *grounding.check_notes(written, brief)[1]]
        lines += len(brief.titles) + sum(len(part) for part in (written.summary, written.covered, written.quotes))
        lines += len(written.keywords) + sum(one is not None for one in (written.headline, written.title))
    print(f"\nGrounding: {len(refused)} violations in {lines} titles, lines and keywords of {len(episodes)} episodes")
    for one in refused:
        print(f"    {one}")


def write(episode: Episode) -> tuple[Brief, ShowNotes]:
    """Chapters, their titles and notes of an episode, unchecked, as the extractive engine makes them."""
    topics = Topics(
        model="",
        segments=tuple(one.id for one in episode.transcript.segments),
        vectors=Blob(name="", sha256="", size=0),
        turns=evidence.topic_turns(episode.transcript.segments, episode.vectors),
    )
    begins = chapters_stage.find_begins(episode.transcript, topics, ChaptersConfig())
    starts = (0.0, *(episode.transcript.segments[at].start for at in begins[1:]))
    brief = Brief(episode.transcript, episode.vectors, begins, starts)
    brief = replace(brief, titles=Extractive().title_chapters(brief, _LONGEST))
    return brief, Extractive().write_notes(brief, NotesConfig())


def time_long(episodes: Sequence[Episode]) -> None:
    """Seconds and memory for the embeddings, chapters and notes of three hours, episodes one after another."""
    long = join_whole(episodes, 3 * 3600)
    with tempfile.TemporaryDirectory() as folder:
        work = Workspace(Path(folder))
        begun, worked = time.perf_counter(), time.process_time()
        topics = topics_stage.run(work, long, TopicsConfig())
        between = time.perf_counter()
        marks = chapters_stage.run(work, long, topics, ChaptersConfig(), None)
        notes_stage.run(work, long, topics, marks, Glossary(), NotesConfig())
        ended = time.perf_counter()
    print(
        f"\n{long.duration / 3600:.1f} hours, {sum(1 for _ in long.words())} words, {len(long.segments)} sentences: "
        f"embeddings and topic turns {between - begun:.1f} s, chapters and notes {ended - between:.1f} s "
        f"({time.process_time() - worked:.1f} s of processor time in all), "
        f"peak memory {_peak():.0f} MB"
    )


def _peak() -> float:
    """The most memory that this process had, in MB; what getrusage tells counts its parent's, too."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


def join_whole(episodes: Sequence[Episode], least: float) -> Transcript:
    """Episodes one after another, until there are `least` seconds."""
    words: list[Word] = []
    for episode in episodes:
        shift = words[-1].end if words else 0.0
        if shift < least:
            words += [
                word.model_copy(update={"start": word.start + shift, "end": word.end + shift})
                for word in episode.transcript.words()
            ]
    words = [word for word in words if word.start < least]
    return Transcript(language="en", duration=words[-1].end, model="human", segments=to_segments(words))


def show(episodes: Sequence[Episode]) -> None:
    """The whole output for some episodes."""
    for episode in episodes:
        brief, _ = write(episode)
        kept = drafting.draft_notes(brief, [Extractive()], NotesConfig(), print)
        kept = kept.model_copy(update={"people": find_people(brief.segments, (), (), ())})
        print(f"\n# {episode.name}\n")
        print(f"Title idea: {kept.title.text if kept.title else '-'}\n")
        print(f"Headline: {kept.headline.text if kept.headline else '-'}\n")
        print("Summary: " + " ".join(line.text for line in kept.summary) + "\n")
        print("People: " + ", ".join(f"{one.name} ({one.role})" for one in kept.people) + "\n")
        print("Chapters:")
        for number, start in enumerate(brief.starts):
            end = brief.starts[number + 1] if number + 1 < len(brief.starts) else float("inf")
            covered = next((line.text for line in kept.covered if start <= line.start < end), "")
            print(f"- {format_clock(start)} {brief.titles[number]}" + (f": {covered}" if covered else ""))
        print("\nQuotes:")
        for line in kept.quotes:
            print(f"- “{line.text}” ({line.speaker}, {format_clock(line.start)})")
        if kept.soundbite:
            bite = kept.soundbite
            said = " ".join(one.text for one in brief.segments if one.id in bite.segments)
            print(f"\nSoundbite {format_clock(bite.start)}, {bite.end - bite.start:.0f} s, “{bite.title}”: {said}")
        print(f"\nKeywords: {', '.join(kept.keywords)}")


def main() -> None:
    """Print the figures, or with `--show N` the notes of N episodes."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--time", action="store_true")
    asked = parser.parse_known_args(sys.argv[1:])[0]
    if asked.time:
        time_long(load_episodes())
        return
    wanted = asked.show
    real = [case for case in load_cases() if not case.joined]
    if wanted:
        show(real[:: max(1, len(real) // wanted)][:wanted])
        return
    titled, whole = load_titled(), load_episodes()
    compare_titles(titled)
    compare_summaries(titled)
    compare_headings(titled)
    count_violations([*load_cases(), *whole])
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "benchmarks", "notes", "--time"], check=True)  # its memory is its own
