"""level: the gains that bring everybody who speaks to one loudness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.adapters import kweighting, noise_floor, pcm, speaker_levels, track_gates
from pipeline.adapters.speaker_levels import Voice
from pipeline.config import LevelConfig
from pipeline.models import Levels, Point, PreparedAudio, SpeakerLevel, Turn, Turns
from pipeline.store import Workspace

if TYPE_CHECKING:
    from pipeline.adapters.kweighting import Power


def run(
    work: Workspace, audio: PreparedAudio, turns: Turns, settings: LevelConfig, gains: tuple[float | None, ...] = ()
) -> Levels:
    """What each speaker is turned up or down by, and the envelope that does it; nothing where nobody speaks.

    Loudness is BS.1770's over what each says alone. Of several tracks, each has an envelope of its own: its person's
    gain, or what `gains` (episode.yaml) say instead, and less where only others are heard.
    """
    if audio.tracks:
        return _level_tracks(work, audio, settings, gains)
    if not turns.root:
        return Levels()
    return _level_whole(work, audio, turns, settings)


def _level_whole(work: Workspace, audio: PreparedAudio, turns: Turns, settings: LevelConfig) -> Levels:
    samples = pcm.StoredSamples(work.path(audio.pcm))
    power = kweighting.measure_power(samples)
    voices = speaker_levels.measure_voices(power, turns.root)
    chosen = speaker_levels.choose_gains(voices, settings.most) if settings.enabled else {}
    envelope = _draw(power, turns.root, voices, chosen, follow=settings.follow) if chosen else ()
    raised = speaker_levels.apply(power, envelope)
    return Levels(
        speakers=_tell(voices, chosen),
        envelope=envelope,
        loudness=_rounded(kweighting.loudness(raised)),
        noise=noise_floor.measure_noise(samples, turns.root),
    )


def _draw(
    power: Power, turns: Sequence[Turn], voices: Sequence[Voice], gains: dict[str, float], *, follow: bool
) -> tuple[Point, ...]:
    pieces = speaker_levels.cut_pieces(power, turns, gains)
    if follow:
        pieces = speaker_levels.follow(power, turns, pieces, voices)
    return speaker_levels.draw_envelope(power, pieces)


def _level_tracks(
    work: Workspace, audio: PreparedAudio, settings: LevelConfig, given: tuple[float | None, ...]
) -> Levels:
    own = [kweighting.measure_power(pcm.StoredSamples(work.path(track.pcm))) for track in audio.tracks]
    heard = [kweighting.is_sound(power) for power in own]
    voices = [
        speaker_levels.measure_voice(track.label, power, [flags for other, flags in enumerate(heard) if other != at])
        for at, (track, power) in enumerate(zip(audio.tracks, own, strict=True))
    ]
    chosen = speaker_levels.choose_gains(voices, settings.most) if settings.enabled else {}
    chosen |= {track.label: gain for track, gain in zip(audio.tracks, given, strict=False) if gain is not None}
    gains = [chosen.get(track.label, 0.0) for track in audio.tracks]
    opened = track_gates.open_tracks(heard)
    mixed = speaker_levels.add(own, gains)
    return Levels(
        speakers=_tell(voices, chosen),
        tracks=tuple(
            track_gates.draw_gate(flags, gain, settings.gate) for flags, gain in zip(opened, gains, strict=True)
        ),
        loudness=_rounded(kweighting.loudness(mixed)),
    )


def _tell(voices: Sequence[Voice], gains: dict[str, float]) -> tuple[SpeakerLevel, ...]:
    return tuple(
        SpeakerLevel(
            speaker=voice.speaker,
            loudness=_rounded(voice.loudness),
            seconds=round(voice.seconds, 2),
            gain=round(gains.get(voice.speaker, 0.0), 2),
        )
        for voice in voices
    )


def _rounded(loudness: float | None) -> float | None:
    return None if loudness is None else round(loudness, 2)
