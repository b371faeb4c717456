"""How often a voice is named right, wrong or not at all; and the names that introductions suggest.

    python -m benchmarks voices

Voices: the speakers of the clips in ../shared/data/speech (reference turns) and flite's, each against all that are
enrolled from other recordings, as it is and with its sound changed as another room, telephone or codec would. Once
with the person among the enrolled, once without. Introductions: transcripts with known speakers in ../shared/data.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import ROOT
from pipeline.adapters import voiceprints
from pipeline.config import EnrolledVoice, IdentifyConfig, VoiceSample
from pipeline.models import Segment, Transcript, Turn, VoicePrint, Voices
from pipeline.sentences import resegment
from pipeline.voices import introductions, matching, own_speech
from pipeline.voices.enrolment import LEAST

DATA = ROOT.parent / "shared/data"
SOUNDS = {
    "as it is": "anull",
    "telephone": "highpass=f=300,lowpass=f=3400,aresample=8000,aresample=16000",
    "room": "aecho=0.8:0.7:23|41|67:0.5|0.35|0.25",
    "other microphone": "bass=g=8,treble=g=-8",
    "hiss": "[0:a]anull[a];anoisesrc=a=0.01:seed=1[n];[a][n]amix=inputs=2:duration=first:normalize=0",
    "quiet": "volume=-20dB",
}
FLITE = ("awb", "rms", "slt", "kal16")
TEXTS = (
    "The harbour was quiet that morning, and the boats lay still. I walked along the wall and counted the lamps that "
    "were still burning. There were seven of them. A man with a red hat sat at the end of the pier and said nothing.",
    "People often ask me how long it takes to build a clock like this. The honest answer is that nobody knows before "
    "it is finished. You cut the wheels, you file the teeth, and then you listen. If it sounds wrong, you begin again.",
)
Key = tuple[str, str, str]  # recording, person, sound


def main() -> None:
    """Print both tables."""
    prints = dict(take_prints())
    print("\nVoices: named right / wrong / not at all")
    for sound in SOUNDS:
        tried = [key for key in prints if key[2] == sound and prints[key].seconds >= matching.SHORTEST]
        known, stranger = Counter[str](), Counter[str]()
        for key in tried:
            others = enrol(prints, key[0])
            if key[1] in {voice.name for voice in others}:
                known[judge(prints[key], others, key[1])] += 1
            stranger[judge(prints[key], [voice for voice in others if voice.name != key[1]], key[1])] += 1
        print(f"{sound:<18} enrolled {show(known):<14} a stranger {show(stranger)}")
    print("\nIntroductions: speakers, suggested, one of the words of the true name")
    for told in (False, True):
        speakers, suggested, right = count_introductions(known_people=told)
        print(f"{'guests and hosts known' if told else 'nothing known':<24} {speakers} {suggested} {right}")


def take_prints() -> Iterator[tuple[Key, VoicePrint]]:
    """A voice print of each speaker of each recording in each sound."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, (path, own) in list_recordings(Path(scratch)).items():
            people = [person for person, stretches in own.items() if own_speech.pick(stretches)]
            for sound, graph in SOUNDS.items():
                taken = voiceprints.take(load(path, graph), [own_speech.pick(own[person]) for person in people])
                yield from (((name, person, sound), one) for person, one in zip(people, taken, strict=True) if one)


def list_recordings(scratch: Path) -> dict[str, tuple[Path, dict[str, tuple[own_speech.Stretch, ...]]]]:
    """Each recording's file, and where each of its people speaks alone."""
    turns: dict[str, list[Turn]] = defaultdict(list)
    for file in sorted((DATA / "speech").glob("*.rttm")):
        for line in file.read_text().splitlines():
            _, name, _, start, length, _, _, person, *_ = line.split()
            turns[name].append(Turn(start=float(start), end=float(start) + float(length), speaker=person))
    found = {name: (DATA / f"speech/{name}.wav", own_speech.find_own(who)) for name, who in sorted(turns.items())}
    for voice in FLITE:
        for number, text in enumerate(TEXTS):
            path = scratch / f"{voice}-{number}.wav"
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", path], check=True)
            found[f"flite {voice} {number}"] = (path, {voice: ((0.0, len(load(path, "anull")) / 16_000),)})
    return found


def load(path: Path, graph: str) -> NDArray[np.float32]:
    """The samples, through a filter of ffmpeg."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-filter_complex", graph, "-ac", "1", "-ar", "16000"]
    done = subprocess.run([*command, "-f", "f32le", "-"], check=True, capture_output=True)
    return np.frombuffer(done.stdout, "<f4")


def enrol(prints: dict[Key, VoicePrint], but: str) -> list[EnrolledVoice]:
    """Everybody, from the recordings as they are and without one of them."""
    samples: dict[str, list[VoiceSample]] = defaultdict(list)
    for (recording, person, sound), one in prints.items():
        if sound == "as it is" and recording != but and one.seconds >= LEAST:
            samples[person].append(VoiceSample(source=recording, sha256="", voiceprint=one))
    return [EnrolledVoice(name=person, model="", weights="", samples=tuple(found)) for person, found in samples.items()]


def judge(one: VoicePrint, enrolled: list[EnrolledVoice], person: str) -> str:
    """Whether the name that it gets is right."""
    (found,) = matching.identify(Voices(weights="", prints={"S": one}), enrolled, IdentifyConfig()).root
    return "unsure" if found.name is None else "right" if found.name == person else "wrong"


def show(counts: Counter[str]) -> str:
    """Right, wrong and not at all."""
    return " / ".join(str(counts[outcome]) for outcome in ("right", "wrong", "unsure"))


def count_introductions(*, known_people: bool) -> tuple[int, int, int]:
    """Speakers with a fiftieth of the words or more, names suggested, and how many share a word with the true name."""
    speakers = suggested = right = 0
    for path in sorted([*DATA.glob("chapters/real/*.json"), *DATA.glob("shownotes/*.json")]):
        lines = json.loads(path.read_text())["segments"]
        names = list(dict.fromkeys(line["speaker"] for line in lines if line.get("speaker")))
        labels = {name: f"SPEAKER_{number:02d}" for number, name in enumerate(names)}
        segments = tuple(
            Segment(id=number, start=line["start"], end=max(line["start"], line["end"]), text=line["text"],
                    speaker=labels.get(line.get("speaker")))
            for number, line in enumerate(lines)
        )  # fmt: skip
        said = resegment(Transcript(language="en", duration=lines[-1]["end"], model="", segments=segments))
        share = Counter[str]()
        for segment in said.segments:
            share[segment.speaker or ""] += len(segment.text)
        speakers += sum(share[label] * 50 >= share.total() for label in labels.values())
        people = [name for name in names if " " in name] if known_people else ()
        for one in introductions.suggest(said.segments, people):
            true = next(name for name, label in labels.items() if label == one.speaker)
            suggested += 1
            right += bool({*true.lower().split()} & {*one.name.lower().split()})
    return speakers, suggested, right
