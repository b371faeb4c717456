"""Names: what the glossary knows is found where it was mis-heard and written right, and nothing else is touched."""

from pipeline.names.files import correct_bytes, correct_file
from pipeline.names.glossary_files import load_glossary
from pipeline.names.lexicon import Lexicon
from pipeline.names.limits import tell_limits
from pipeline.names.rulings import missed
from pipeline.names.transcripts import correct_transcript

__all__ = ["Lexicon", "correct_bytes", "correct_file", "correct_transcript", "load_glossary", "missed", "tell_limits"]
