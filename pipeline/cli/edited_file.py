"""A YAML file that a command edits for a person, who may have it open meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline import store
from pipeline.errors import InputError


@dataclass(slots=True)
class EditedFile:
    """A file with all that it was since a command began."""

    path: Path
    texts: list[str]

    @classmethod
    def read(cls, path: Path) -> EditedFile:
        """The file as it is now; one that is not there is empty."""
        return cls(path, [path.read_bytes().decode() if path.is_file() else ""])

    @property
    def text(self) -> str:
        """What the file is, as far as this command knows."""
        return self.texts[-1]

    def write(self, text: str, *, fix: str) -> None:
        """Put a text in the file's place; where somebody else has edited it meanwhile, raise InputError with `fix`."""
        if EditedFile.read(self.path).text != self.text:
            raise InputError(f"{self.path}: was edited meanwhile, so this is not written", fix=fix)
        if text != self.text:
            store.write_text_atomic(self.path, text)
        self.texts.append(text)

    def undo(self, *, fix: str) -> None:
        """Write what the file was before the last `write`."""
        self.write(self.texts[-2], fix=fix)
        del self.texts[-2:]
