"""identify: which speakers are enrolled voices. What people set in episode.yaml and overrides.yaml wins over it."""

from __future__ import annotations

from pipeline.config import EnrolledVoice, IdentifyConfig
from pipeline.models import Identities, Voices
from pipeline.store import Workspace
from pipeline.voices import matching


def run(work: Workspace, voices: Voices, enrolled: tuple[EnrolledVoice, ...], settings: IdentifyConfig) -> Identities:
    """Whom each speaker sounds like; named where it is sure, else with the nearest voice and what was lacking."""
    if not voices.prints:
        return Identities(())
    for voice in enrolled:
        if not matching.is_usable(voice, voices):
            work.notice(f"the voice of {voice.name} was enrolled with another model: remove it and add it again")
    return matching.identify(voices, enrolled, settings)
