"""Any S3 through boto3, as the place of the cache: objects whose keys are digests, written once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import store
from pipeline.adapters import s3, s3_multipart
from pipeline.adapters.s3_errors import code_of, explained
from pipeline.cache.shelf import Watch, watched
from pipeline.config import S3Bucket
from pipeline.targets import Item, LostRaceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A cache that does not answer must not hold up the run that it is to speed up.
_TIMEOUTS = (5.0, 20.0)
_TRIES = 2
_GONE = ("404", "NoSuchKey")
_PIECE = 1 << 20
_TYPE = "application/octet-stream"
_FOR_EVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class S3Shelf:
    """The prefix of a bucket; a pipeline.cache.shelf.Shelf. Nobody but its users should be able to read it."""

    settings: S3Bucket

    @cached_property
    def client(self) -> S3Client:
        """Made when it is first needed. Raises ConfigError for a profile or region that cannot be."""
        return s3.connect(self.settings, timeouts=_TIMEOUTS, tries=_TRIES)

    def read(self, key: str) -> bytes | None:
        """The object's bytes."""
        with explained(self.settings, key):
            body = self._open(key)
            return None if body is None else body.read()

    def fetch(self, key: str, path: Path, watch: Watch) -> bool:
        """Stream the object into the file."""
        with explained(self.settings, key):
            body = self._open(key)
            if body is None:
                return False
            store.write_pieces_atomic(path, watched(body.iter_chunks(_PIECE), watch))
        return True

    def write(self, key: str, body: bytes | Path, sha256: str, *, replace: bool, watch: Watch) -> None:
        """Write under a checksum that the server compares; a large file in parts, unless it is there already."""
        size = len(body) if isinstance(body, bytes) else body.stat().st_size
        item = Item(key, body, sha256, size, _TYPE, _FOR_EVER)
        # A lost race means that another machine put it there.
        with suppress(LostRaceError), explained(self.settings, key):
            if not isinstance(body, Path) or size <= s3_multipart.PART:
                self._put(item, replace)
            elif replace or not self._is_there(key, size):
                s3_multipart.upload(self._place(key), item, body, self._headers(sha256), _Sum(watch))

    def _put(self, item: Item, replace: bool) -> None:
        data = item.body.read_bytes() if isinstance(item.body, Path) else item.body
        condition: Any = {} if replace or not self.settings.conditional_writes else {"IfNoneMatch": "*"}
        place = self._place(item.key)
        checked: Any = place.check(data)
        self.client.put_object(**place.where, Body=data, **self._headers(item.sha256), **checked, **condition)

    def _open(self, key: str) -> Any:
        try:
            return self.client.get_object(**self._place(key).where)["Body"]
        except self.client.exceptions.ClientError as error:
            if code_of(error) in _GONE:
                return None
            raise

    def _is_there(self, key: str, size: int) -> bool:
        try:
            return bool(self.client.head_object(**self._place(key).where)["ContentLength"] == size)
        except self.client.exceptions.ClientError as error:
            if code_of(error) in _GONE:
                return False
            raise

    def _place(self, key: str) -> s3_multipart.Place:
        prefix = self.settings.prefix.strip("/")
        full = f"{prefix}/{key}" if prefix else key
        return s3_multipart.Place(self.client, self.settings.bucket, full, self.settings.checksum)

    @staticmethod
    def _headers(sha256: str) -> dict[str, Any]:
        return {"ContentType": _TYPE, "CacheControl": _FOR_EVER, "Metadata": {"sha256": sha256}}


@dataclass(slots=True)
class _Sum:
    """Bytes sent, from how many more were; parts of a file are sent by several threads."""

    watch: Watch
    gone: int = 0

    def __call__(self, more: int) -> None:
        self.gone += more
        self.watch(self.gone)
