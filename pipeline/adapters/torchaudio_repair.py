"""Lets torchaudio be imported where its compiled part cannot load; our libraries use only its Python parts."""

from __future__ import annotations

import sys
import types


def repair() -> None:
    """Make `import torchaudio` work beside a CPU torch, whose wheel has none of CUDA's libraries.

    Where the compiled part loads, nothing is changed. Call it before importing pyannote.audio or transformers,
    which import torchaudio whenever it is installed.
    """
    try:
        import torchaudio  # noqa: F401
    except (OSError, ImportError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
            del sys.modules[name]
        stub = types.ModuleType("torchaudio._extension")
        stub._IS_TORCHAUDIO_EXT_AVAILABLE = False  # type: ignore[attr-defined]
        stub._IS_ALIGN_AVAILABLE = False  # type: ignore[attr-defined]
        stub.fail_if_no_align = lambda function: function  # type: ignore[attr-defined]
        sys.modules["torchaudio._extension"] = stub
