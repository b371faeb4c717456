"""Made-up conversations for the tests of chapters and notes, and a stand-in for the sentence embedding."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import sentences
from pipeline.editorial.words import content_stems
from pipeline.models import Transcript

Line = tuple[str, str]

#: Three topics in turn, which share a host, a guest and no subject.
TOPICS: tuple[tuple[Line, ...], ...] = (
    (
        ("Ada", "Welcome to the show. Today we are talking about bread with the baker Bruno Keel."),
        ("Bruno", "Sourdough bread needs only flour, water and salt. The wild yeast in the dough does the rest of it."),
        ("Ada", "How long does the dough have to rest?"),
        ("Bruno", "A sourdough rests for eighteen hours in a cold cellar. The yeast eats the sugar in the flour slowly."),
        ("Bruno", "A hot oven gives the bread its crust. Without steam in the oven the crust stays pale and soft."),
        ("Ada", "Which flour makes the best crust?"),
        ("Bruno", "Rye flour makes a dark crust and a sour crumb. Every baker I know keeps rye in the cellar."),
    ),
    (
        ("Ada", "Great. Let's move on to your other passion, sailing. You own a wooden sailing boat, don't you?"),
        ("Bruno", "My wooden boat was built in a harbour in Norway. She carries two sails and a very heavy keel."),
        ("Ada", "What is the hardest wind to sail in?"),
        ("Bruno", "A wind from behind is the hardest for a sailing boat. The boom swings across and breaks the mast."),
        ("Bruno", "On a long voyage the harbour lights tell a sailor more than any chart. The sea always wins."),
        ("Ada", "Did you ever lose a mast?"),
        ("Bruno", "We lost the mast near the harbour wall. The wind tore both sails and the boat drifted for a day."),
    ),
    (
        ("Ada", "Now, the last thing I wanted to ask about is your telescope. What do you watch in the night sky?"),
        ("Bruno", "With my telescope I watch the moons of Jupiter. The planet shows its clouds in a steady sky."),
        ("Ada", "How far can the telescope see?"),
        ("Bruno", "A telescope with a large mirror shows galaxies. Their light left the stars before there were people."),
        ("Bruno", "The best nights come in winter, when the stars stand still. A dark sky matters more than a mirror."),
        ("Ada", "And which planet is your favourite?"),
        ("Bruno", "Saturn is the planet that nobody forgets. The rings of Saturn look like a drawing in the telescope."),
    ),
)  # fmt: skip
THREE_TOPICS: tuple[Line, ...] = tuple(line for topic in TOPICS for line in topic)


def talk(lines: Sequence[Line], *, pace: float = 0.4, language: str = "en") -> Transcript:
    """A transcript of the lines, `pace` seconds a word, cut into sentences as the pipeline does it."""
    words = []
    time = 0.0
    for speaker, text in lines:
        end = time + pace * len(text.split())
        words += sentences.spread(text, time, end, speaker or None)
        time = end
    return Transcript(language=language, duration=time, model="made up", segments=sentences.to_segments(words))


def bag_vectors(texts: Sequence[str], model: Path | None = None, progress: object = None) -> NDArray[np.float32]:
    """Instead of embeddings: unit vectors that are close where texts share content words."""
    made = np.zeros((len(texts), 64), np.float32)
    for row, text in zip(made, texts, strict=True):
        row[0] = 0.1
        for word in content_stems(text):
            row[1 + zlib.crc32(word.encode()) % 63] += 1
    return made / np.linalg.norm(made, axis=1, keepdims=True) if len(made) else made
