"""attribute: gives every word its speaker, and cuts the words into sentence-like segments of one speaker each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline import attribution, sentences
from pipeline.config import AttributeConfig
from pipeline.models import Identities, Transcript, Turns
from pipeline.multitrack.labels import label_of, number_of
from pipeline.store import Workspace


def run(
    work: Workspace,
    heard: Transcript,
    turns: Turns,
    identities: Identities,
    settings: AttributeConfig,
    speakers: int | tuple[str, ...] | dict[str, str] | None,
    names: Mapping[str, str],
) -> Transcript:
    """The transcript with a speaker on every word; words, their times and their order stay.

    `speakers` (episode.yaml) is a number, names in the order of first speaking or of the tracks, or label -> name;
    `names` (overrides.yaml) maps a label or a name to the name that wins. Whom neither names is called as
    `identities` knows the voice, unless somebody else is called so; a label that nobody named stays. Without any
    turns no word has a speaker.
    """
    words = [word for segment in heard.segments for word in sentences.words_of(segment)]
    labels: list[str | None] = [word.speaker for word in words]
    if not any(labels):  # a word from a person's own track knows its speaker
        labels = attribution.find_speakers(words, turns.root, smooth=settings.smooth)
    overlap = attribution.find_overlap(words, labels, turns.root)
    known = _names(labels, speakers, names, identities)
    spoken = [
        word.model_copy(update={"speaker": known.get(label, label) if label else None, "overlap": also})
        for word, label, also in zip(words, labels, overlap, strict=True)
    ]
    return heard.model_copy(update={"segments": sentences.to_segments(spoken)})


def _names(
    labels: Sequence[str | None],
    speakers: int | tuple[str, ...] | dict[str, str] | None,
    names: Mapping[str, str],
    identities: Identities,
) -> dict[str, str]:
    """What to call each label that speaks."""
    order = [label for label in dict.fromkeys(labels) if label is not None]
    if isinstance(speakers, dict):
        known = {label: speakers.get(label, label) for label in order}
    else:
        listed = () if speakers is None or isinstance(speakers, int) else speakers
        by_track = {label: number_of(label) for label in order}
        if all(by_track.values()):
            order = [label_of(number) for number in range(1, len(listed) + 1)]
        known = {label: label for label in by_track} | dict(zip(order, listed, strict=False))
    by_hand = {label: names.get(label, names.get(name, name)) for label, name in known.items()}
    by_voice = {one.speaker: names.get(one.name, one.name) for one in identities.root if one.name}
    free = {label: name for label, name in by_voice.items() if name not in by_hand.values()}
    return {label: free.get(label, label) if name == label else name for label, name in by_hand.items()}
