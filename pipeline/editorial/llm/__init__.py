"""Chapter titles and show notes by a language model (`editorial.engine: llm` in configs/pipeline.yaml)."""

from pipeline.editorial.llm.engine import LanguageModel

__all__ = ["LanguageModel"]
