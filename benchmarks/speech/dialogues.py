"""Made-up conversations of any length whose words, speakers and times are known exactly.

Everything is drawn from a seed: the same recipe and the same flite give the same samples. Besides plain turns there
are pauses, short interjections between two halves of a turn, back-channels and interruptions that really overlap,
and music before and under the talk.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks.speech import flite, phrases
from pipeline.models import Seconds, Turn, Word

RATE = flite.RATE
#: Within one turn of the truth nobody is silent for longer; pauses between sentences are shorter.
LONGEST_SILENCE: Seconds = 0.5
#: Root mean square of a voice's speech, and of the room's noise.
_LEVEL = 0.08
_NOISE = 0.0005
_TAIL: Seconds = 0.5
#: Seconds in which speaker changes are drawn; the subject changes with each.
_SUBJECT_EVERY: Seconds = 60.0

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is talked, and how. Shares are of turns: how many are answered from behind, broken into, or halved.

    `voices` are flite's, one a speaker; without any there is music and a quiet room. `pauses` is the share of turns
    before which nobody speaks for seconds. `music` lays a tune before the talk, and softly under its first sentences,
    once every `music` seconds; 0 is never.
    """

    name: str
    seconds: Seconds
    voices: tuple[str, ...] = flite.VOICES[:2]
    seed: int = 1
    backchannels: float = 0.0
    interruptions: float = 0.0
    interjections: float = 0.0
    pauses: float = 0.1
    music: Seconds = 0.0


@dataclass(frozen=True, slots=True)
class Dialogue:
    """16 kHz mono samples, their words by start, their turns (see `turns_of`), and where music plays."""

    samples: Sound
    words: tuple[Word, ...]
    turns: tuple[Turn, ...]
    music: tuple[tuple[Seconds, Seconds], ...]


@dataclass(slots=True)
class _Tape:
    """What has been laid down so far."""

    samples: Sound
    words: list[Word] = field(default_factory=list)
    music: list[tuple[Seconds, Seconds]] = field(default_factory=list)

    def lay(self, sound: Sound, at: Seconds) -> None:
        """Mix a sound in; what runs over the end is lost."""
        begin = round(at * RATE)
        end = min(begin + len(sound), len(self.samples))
        self.samples[begin:end] += sound[: end - begin]


def make(recipe: Recipe) -> Dialogue:
    """The conversation, `recipe.seconds` long; it ends with a whole sentence and a moment of quiet."""
    chance = Random(recipe.seed)  # noqa: S311  a repeatable draw, no secret
    noise = np.random.default_rng(recipe.seed)
    tape = _Tape(noise.standard_normal(round(recipe.seconds * RATE), dtype=np.float32) * np.float32(_NOISE))
    if recipe.voices:
        _converse(tape, recipe, chance)
    else:
        for at in np.arange(0.6, recipe.seconds, recipe.music):
            _play(tape, float(at), chance)
    words = tuple(sorted(tape.words, key=lambda word: (word.start, word.end)))
    return Dialogue(tape.samples, words, turns_of(words), tuple(tape.music))


def turns_of(words: Iterable[Word]) -> tuple[Turn, ...]:
    """Who spoke when: one speaker's words joined across silences of up to LONGEST_SILENCE, ordered by start."""
    latest: dict[str, Turn] = {}
    done: list[Turn] = []
    for word in sorted(words, key=lambda one: one.start):
        speaker = word.speaker or ""
        before = latest.get(speaker)
        if before and word.start - before.end <= LONGEST_SILENCE:
            latest[speaker] = before.model_copy(update={"end": max(before.end, word.end)})
            continue
        if before:
            done.append(before)
        latest[speaker] = Turn(start=word.start, end=word.end, speaker=speaker)
    return tuple(sorted([*done, *latest.values()], key=lambda turn: (turn.start, turn.end, turn.speaker)))


def _converse(tape: _Tape, recipe: Recipe, chance: Random) -> None:
    """Lay turn after turn until there is no room for another."""
    talk = phrases.Talk(chance)
    levels = [_LEVEL * 10 ** (chance.uniform(-3, 3) / 20) for _ in recipe.voices]
    now, speaker, tune_at = 0.6, 0, 0.0
    while True:
        if recipe.music and now >= tune_at:
            now, tune_at = _play(tape, now, chance), now + recipe.music
        ended = _take_turn(tape, now, speaker, recipe, levels, talk, chance)
        if ended is None:
            return
        speaker = _other(speaker, len(recipe.voices), chance)
        now = _next_start(ended, recipe, chance)


def _take_turn(
    tape: _Tape,
    now: Seconds,
    speaker: int,
    recipe: Recipe,
    levels: Sequence[float],
    talk: phrases.Talk,
    chance: Random,
) -> Seconds | None:
    """Lay one speaker's turn and what the others say into it; its end, or None when there is no room left."""
    subject = int(now // _SUBJECT_EVERY) + recipe.seed
    texts = [talk.statement(subject) for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))]
    if chance.random() < 0.25:
        texts.append(talk.question(subject))
    began = now
    for at, text in enumerate(texts):
        spoken = _speak(tape, now, speaker, text, recipe, levels)
        if spoken is None:
            return now if at else None
        now = spoken + chance.uniform(0.05, 0.3)
        if at + 1 < len(texts) and chance.random() < recipe.interjections:
            other = _other(speaker, len(recipe.voices), chance)
            said = _speak(tape, now + 0.1, other, chance.choice(phrases.INTERJECTIONS), recipe, levels)
            now = said + chance.uniform(0.1, 0.4) if said else now
    if chance.random() < recipe.backchannels and now - began > 4:
        other = _other(speaker, len(recipe.voices), chance)
        into = chance.uniform(began + 1.5, now - 1.5)
        _speak(tape, into, other, chance.choice(phrases.BACKCHANNELS), recipe, levels, gain=0.6)
    return now


def _next_start(ended: Seconds, recipe: Recipe, chance: Random) -> Seconds:
    drawn = chance.random()
    if drawn < recipe.interruptions:
        return ended - chance.uniform(0.4, 1.4)
    if drawn < recipe.interruptions + recipe.pauses:
        return ended + chance.uniform(2.0, 5.0)
    return ended + chance.uniform(0.1, 0.8)


def _speak(
    tape: _Tape,
    at: Seconds,
    speaker: int,
    text: str,
    recipe: Recipe,
    levels: Sequence[float],
    gain: float = 1.0,
) -> Seconds | None:
    """Lay a sentence whose first word begins at a second; where its last word ends, or None when it does not fit."""
    sound, said = flite.say(text, recipe.voices[speaker])
    begin, end = said[0].start, said[-1].end
    if at + end - begin > len(tape.samples) / RATE - _TAIL:
        return None
    voiced = sound[round(begin * RATE) : round(end * RATE)]
    loud = np.float32(gain * levels[speaker] / math.sqrt(float(np.mean(voiced**2)) or 1.0))
    # The quiet that flite puts around a sentence holds the rise and the decay of its first and last sound.
    edge = max(0, round(begin * RATE) - round(0.05 * RATE))
    tape.lay(loud * sound[edge:], at - begin + edge / RATE)
    shift = at - begin
    tape.words += [
        Word(
            start=round(word.start + shift, 3),
            end=round(word.end + shift, 3),
            text=word.text,
            speaker=chr(ord("A") + speaker),
        )
        for word in said
    ]
    return at + end - begin


def _other(speaker: int, count: int, chance: Random) -> int:
    if count == 1:
        return speaker
    return (speaker + chance.randrange(1, count)) % count


def _play(tape: _Tape, now: Seconds, chance: Random) -> Seconds:
    """A tune alone for some seconds, then softly under the talk; the second at which the talk may begin."""
    alone, under = chance.uniform(4, 8), chance.uniform(6, 15)
    room = len(tape.samples) / RATE - now - _TAIL
    if room < alone:
        return now
    sound = tune(min(alone + under, room), chance)
    seconds = np.arange(len(sound), dtype=np.float32) / RATE
    sound *= np.interp(seconds, (0, 0.5, alone - 0.5, alone + 0.5), (0, 1, 1, 0.15)).astype(np.float32)
    sound *= np.clip((len(sound) / RATE - seconds) / 2, 0, 1)
    tape.lay(sound, now)
    tape.music.append((round(now, 3), round(now + len(sound) / RATE, 3)))
    return now + alone + chance.uniform(0.2, 0.8)


def tune(seconds: Seconds, chance: Random) -> Sound:
    """Plucked notes over held chords: no voice, and nothing that is anybody's."""
    sound = np.zeros(round(seconds * RATE), dtype=np.float32)
    beat = chance.uniform(0.22, 0.34)
    root = chance.choice((48, 50, 53, 55))
    for at in range(math.ceil(seconds / beat)):
        chord = root + (0, 5, 7, 9)[at // 8 % 4]
        note = chord + chance.choice((0, 4, 7, 12, 16))
        _ring(sound, at * beat, note + 12, 0.07, 5.0)
        if at % 8 == 0:
            for held in (0, 7, 16):
                _ring(sound, at * beat, chord + held, 0.04, 0.8)
    return sound


def _ring(sound: Sound, at: Seconds, note: int, loud: float, decay: float) -> None:
    begin = round(at * RATE)
    seconds = np.arange(min(len(sound) - begin, 2 * RATE), dtype=np.float32) / RATE
    pitch = 440 * 2 ** ((note - 69) / 12)
    tone = sum(np.sin(2 * math.pi * pitch * part * seconds) / part**1.5 for part in range(1, 5))
    sound[begin : begin + len(seconds)] += loud * np.minimum(seconds / 0.01, 1) * np.exp(-decay * seconds) * tone
