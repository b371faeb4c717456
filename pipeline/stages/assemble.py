"""What listeners hear and when: the recording without its cuts, and other sound in it."""

from __future__ import annotations

from pipeline.adapters import pcm, speech
from pipeline.assembly import cues, envelopes, layout, placing
from pipeline.assembly.layout import Layout, Played
from pipeline.assembly.talk import Stretch, Talk
from pipeline.config import AssembleConfig, Insert
from pipeline.models import (
    Chapters,
    Corrections,
    Edits,
    Element,
    PreparedAudio,
    Programme,
    Seconds,
    SoundFiles,
    TimeMap,
    Transcript,
)
from pipeline.store import Workspace


def run(
    work: Workspace,
    audio: PreparedAudio,
    edits: Edits,
    transcript: Transcript,
    corrections: Corrections,
    chapters: Chapters,
    sounds: SoundFiles,
    settings: AssembleConfig,
    inserts: tuple[Insert, ...] = (),
) -> Programme:
    """The programme of an episode, in listener seconds.

    Music of an intro or outro plays on under the words beside it, ads and bumpers stand in pauses of the talk. Stereo
    where the talk or one of them is. Raises ConfigError naming the key of what cannot be placed.
    """
    samples = pcm.StoredSamples(work.path(audio.pcm))

    def quietest(start: Seconds, end: Seconds) -> Seconds:
        begin = int(start * speech.RATE)
        part = samples[begin : int(end * speech.RATE)]
        return round(start + speech.find_quietest(part, 0.0, end - start), 3)

    talk = Talk(edits.duration, edits.kept, transcript, quietest, corrections)
    files = sounds.files
    wanted = [cues.make_cue(insert, files[insert.file], talk.length, work.notice) for insert in inserts]
    breaks = placing.place(wanted, talk, chapters, settings, work.notice)
    laid = layout.lay_out(talk, breaks, settings.gap)
    return Programme(
        duration=laid.duration,
        times=TimeMap(spans=laid.spans),
        elements=tuple(_element(one, laid, settings) for one in laid.played),
        stereo=audio.stereo or any(files[one.cue.insert.file].stereo for one in laid.played),
    )


def _element(played: Played, laid: Layout, settings: AssembleConfig) -> Element:
    cue, sound = played.cue, played.cue.insert.sound
    return Element(
        kind=cue.insert.kind,
        file=cue.insert.file,
        start=played.start,
        begin=cue.begin,
        end=round(cue.end, 6),
        envelope=envelopes.draw(cue, _spoken_over(played, laid), settings),
        title=sound.title,
        toc=sound.toc,
        url=sound.url,
        img=sound.img,
    )


def _spoken_over(played: Played, laid: Layout) -> list[Stretch]:
    """When somebody speaks while a cue plays, counted from its start."""
    return [
        (start - played.start, end - played.start)
        for start, end in laid.speech
        if end > played.start and start < played.end
    ]
