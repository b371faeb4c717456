"""The shared cache of finished stages: its places, its entries, and how a run uses it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.config import CacheConfig, PublishConfig, S3Bucket
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.cache.stage_cache import StageCache


#: The environment's word about the cache goes before that of configs/pipeline.yaml: machines differ, settings need not.
VARIABLE = "SHOWRUNNER_SHARED_CACHE"


def choose_cache(settings: CacheConfig, root: Path) -> CacheConfig:
    """The cache to use: SHOWRUNNER_SHARED_CACHE (a folder, s3://BUCKET/PREFIX, or `none`), else that of the settings.

    A folder is seen from `root`. Raises ConfigError for an address that cannot be.
    """
    wanted = os.environ.get(VARIABLE, "").strip()
    if wanted == "none":
        return CacheConfig()
    if wanted.startswith("s3://"):
        bucket, _, prefix = wanted.removeprefix("s3://").partition("/")
        known = settings.s3.model_dump() if settings.s3 else {}
        try:
            return CacheConfig(s3=S3Bucket.model_validate({**known, "bucket": bucket, "prefix": prefix}))
        except ValidationError as error:
            raise ConfigError(
                f"{VARIABLE}={wanted}: names no bucket", fix="s3://BUCKET or s3://BUCKET/PREFIX"
            ) from error
    if re.match(r"\w+://", wanted):
        raise ConfigError(f"{VARIABLE}={wanted}: is neither a folder nor a bucket", fix="name a folder, or s3://BUCKET")
    folder = wanted or settings.folder
    return settings if folder is None else CacheConfig(folder=str(root / Path(folder).expanduser()))


def refuse_public(settings: CacheConfig, publishing: PublishConfig) -> None:
    """Raises ConfigError when the cache would lie where the show is published: it holds what nobody published yet."""
    public, cache = publishing.s3, settings.s3
    if public and cache and (public.bucket, public.endpoint) == (cache.bucket, cache.endpoint):
        shown, kept = (f"{one.prefix.strip('/')}/".lstrip("/") for one in (public, cache))
        if kept.startswith(shown):
            raise ConfigError(
                f"cache.s3: s3://{cache.bucket}/{kept} lies where the show is published, so everybody could read it",
                fix="give the cache a bucket of its own in configs/pipeline.yaml",
            )
    folder = Path(publishing.folder.path)
    if settings.folder and Path(settings.folder).is_relative_to(folder):
        raise ConfigError(
            f"cache.folder: {settings.folder} lies in {folder}, which is published",
            fix="name a folder elsewhere in configs/pipeline.yaml",
        )


def open_cache(settings: CacheConfig) -> StageCache | None:
    """The cache that the settings name, None for none. Nothing is asked of it yet."""
    if settings.s3:
        from pipeline.adapters.s3_cache import S3Shelf
        from pipeline.cache.stage_cache import StageCache

        return StageCache(S3Shelf(settings.s3))
    if settings.folder:
        from pipeline.cache.shelf import FolderShelf
        from pipeline.cache.stage_cache import StageCache

        return StageCache(FolderShelf(Path(settings.folder)))
    return None
