"""transcribe: the words that were said, each with its time, as Whisper hears them, doubtful names twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from pipeline import hardware, sentences, weights
from pipeline.adapters import pcm, timeline, whisper
from pipeline.adapters.whisper import Heard, Recogniser
from pipeline.config import TranscribeConfig, Vocabulary
from pipeline.errors import InputError, StageError
from pipeline.formats import clock
from pipeline.models import PreparedAudio, PreparedTrack, Relistened, RelistenedPiece, Seconds, Transcript, Word
from pipeline.multitrack import merging
from pipeline.names.hotwords import Doubt, Listener
from pipeline.store import Workspace

if TYPE_CHECKING:
    from pipeline.adapters.pcm import Samples

T = TypeVar("T", Word, Doubt)

_NAMED = 3
#: Less speech than this may be a cough: then no words are a right answer.
ENOUGH_SPEECH: Seconds = 1.0


def run(
    work: Workspace, audio: PreparedAudio, vocabulary: Vocabulary, settings: TranscribeConfig, language: str | None
) -> tuple[Transcript, Relistened]:
    """The transcript, without speakers, and what was listened to twice for the names of the vocabulary.

    Of several tracks each is heard on its own, and its words have its label as their speaker. `language` (episode.yaml)
    goes before the setting; without either it is found, for all tracks on the one with most speech.
    Raises InputError when nobody speaks in the recording, StageError when the model cannot be had or wrote nothing
    for a recording with speech.
    """
    device = hardware.choose_device(settings.device, key="transcribe.device")
    model = weights.whisper(settings.model, cuda=device == "cuda", fallback=settings.fallback)
    if model.notice:
        work.stopgap(model.notice)
    sounds = [pcm.open_samples(work.path(one.pcm)) for one in audio.tracks or (audio,)]
    name = f"faster-whisper {model.name} {whisper.choose_compute_type(settings.compute_type, device)}"
    language = language or settings.language
    with whisper.Recogniser(model, device=device, compute_type=settings.compute_type) as recogniser:
        heard = _hear(work, recogniser, audio, sounds, settings, language)
        if not any(one.words for one in heard):
            raise _nothing_heard(heard, audio, model.name, device)
        again = [
            _listen_again(recogniser, samples, one, _write_down(one.words, one, audio, name), vocabulary, settings)
            for samples, one in zip(sounds, heard, strict=True)
        ]
    _tell_doubts(work, heard, language)
    words = _merge_tracks(audio.tracks, sounds, [own for own, _ in again]) if audio.tracks else again[0][0]
    pieces = sorted((piece for _, one in again for piece in one.pieces), key=lambda piece: piece.start)
    relistened = Relistened(terms=again[0][1].terms, pieces=tuple(pieces))
    _tell(work, relistened)
    return _write_down(words, heard[0], audio, name), relistened


def makers(settings: TranscribeConfig, language: str | None) -> tuple[str, ...]:
    """Which models' transcripts will do: with `auto` those of the larger one of a GPU too."""
    return weights.whisper_makers(settings.model, cuda=settings.device != "cpu" and hardware.cuda_problem() is None)


def _hear(
    work: Workspace,
    recogniser: Recogniser,
    audio: PreparedAudio,
    sounds: Sequence[Samples],
    settings: TranscribeConfig,
    language: str | None,
) -> list[Heard]:
    """What is heard on each track; the one with most speech goes first and tells the language of all."""
    heard: dict[int, Heard] = {}
    for at in sorted(range(len(sounds)), key=lambda at: -audio.tracks[at].voiced if audio.tracks else at):
        done = len(heard) * audio.duration
        heard[at] = recogniser.transcribe(
            sounds[at],
            language=language,
            beam_size=settings.beam_size,
            batch_size=settings.batch_size,
            vad=settings.vad,
            progress=lambda now, length, done=done: work.progress(done + now, length * len(sounds)),  # type: ignore[misc]
        )
        language = language or heard[at].language
    return [heard[at] for at in range(len(sounds))]


def _merge_tracks(
    tracks: Sequence[PreparedTrack], sounds: Sequence[Samples], words: Sequence[Sequence[Word]]
) -> tuple[Word, ...]:
    """One run of words out of each track's, without those that were overheard, each with its track's speaker."""
    spoken = [
        [word.model_copy(update={"speaker": track.label}) for word in own]
        for track, own in zip(tracks, words, strict=True)
    ]
    loudness = timeline.word_loudness(sounds, [[(word.start, word.end) for word in own] for own in spoken])
    return merging.interleave(merging.drop_doubles(spoken, loudness))


def _write_down(words: tuple[Word, ...], heard: Heard, audio: PreparedAudio, model: str) -> Transcript:
    return Transcript(
        language=heard.language, duration=audio.duration, model=model, segments=sentences.to_segments(words)
    )


def _listen_again(
    recogniser: Recogniser,
    samples: Samples,
    heard: Heard,
    first: Transcript,
    vocabulary: Vocabulary,
    settings: TranscribeConfig,
) -> tuple[tuple[Word, ...], Relistened]:
    """The words with names that a second hearing finds, where the first may have missed one."""
    terms = len(vocabulary.glossary.terms)
    if settings.hotwords == "off" or not terms or not heard.pieces:
        return heard.words, Relistened(terms=terms)
    listener = Listener(vocabulary)
    doubts, strange = _by_piece(heard, listener.find_doubts(first)), _by_piece(heard, listener.find_strange(first))
    words: list[Word] = []
    pieces = []
    for at, (own, doubtful) in enumerate(zip(_by_piece(heard, heard.words), doubts, strict=True)):
        if not own or not (strange[at] or any(doubt.open for doubt in doubtful)):
            words += own
            continue
        piece = heard.pieces[at]
        hotwords, left_out = listener.choose_hotwords(doubtful, recogniser.count_tokens, whisper.HOTWORD_TOKENS)
        second = recogniser.listen_again(
            samples, piece, hotwords, language=own[0].language or heard.language, beam_size=settings.beam_size
        )
        merged, places = listener.compare(own, second, doubtful, hotwords)
        words += merged
        pieces.append(
            RelistenedPiece(
                start=piece.start, end=piece.end, hotwords=hotwords, left_out=left_out, places=tuple(places)
            )
        )
    return tuple(words), Relistened(terms=terms, pieces=tuple(pieces))


def _by_piece(heard: Heard, items: Sequence[T]) -> list[list[T]]:
    """What begins in each of the pieces that were decoded."""
    starts = [piece.start for piece in heard.pieces]
    groups: list[list[T]] = [[] for _ in starts]
    for item in items:
        groups[max(0, bisect_right(starts, item.start) - 1)].append(item)
    return groups


def _tell(work: Workspace, relistened: Relistened) -> None:
    places = [place for piece in relistened.pieces for place in piece.places]
    if places:
        better = sum(place.taken for place in places)
        where = f"{len(places)} place{'s' * (len(places) > 1)}"
        work.notice(
            f"listened again at {where} for names of the glossary: {better} {'is' if better == 1 else 'are'} better"
        )


def _tell_doubts(work: Workspace, heard: Sequence[Heard], language: str | None) -> None:
    """Tell of a language that may be wrong, and of speech that was not understood."""
    spoken = list(dict.fromkeys(tongue for one in heard for tongue in one.spoken))
    used = heard[0].language
    written = {used, *(word.language for one in heard for word in one.words if word.language)}
    others = " and ".join(tongue for tongue in spoken if tongue not in written)
    if others and used not in spoken:
        work.notice(f"the language is set to {used}, and the recording sounds like {others}")
    elif others:
        work.notice(f"{others} seems to be spoken too; `language: mixed` writes each part in its own language")
    elif len(written) > 1 and language != whisper.MIXED:
        work.notice(f"{' and '.join(sorted(written))} are spoken: each part is written in its own language")
    unclear = [stretch for one in heard for stretch in one.unclear]
    if unclear:
        where = ", ".join(clock.format_clock(stretch.start) for stretch in unclear[:_NAMED])
        more = f" and {len(unclear) - _NAMED} more" if len(unclear) > _NAMED else ""
        seconds = sum(stretch.length for stretch in unclear)
        work.notice(f"{seconds:.0f} s of sound could not be understood and have no words: {where}{more}")


def _nothing_heard(heard: Sequence[Heard], audio: PreparedAudio, model: str, device: str) -> InputError | StageError:
    speech = sum(stretch.length for one in heard for stretch in one.speech)
    if speech < ENOUGH_SPEECH:
        return InputError(
            f"no speech was found in {audio.duration:.0f} s of sound",
            fix="check that this is the right recording; for very quiet or noisy speech set transcribe.vad: false",
        )
    return StageError(
        f"there are {speech:.0f} s of speech, and {model} on {device} wrote no words for them",
        fix="set the language in episode.yaml, or try transcribe.device: cpu (old GPU drivers give silent results)",
    )
