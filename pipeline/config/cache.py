"""The `cache` section of configs/pipeline.yaml."""

from __future__ import annotations

from pydantic import model_validator

from pipeline.config.base import Section
from pipeline.config.publishing import S3Bucket


class CacheConfig(Section):
    """Where finished stages are shared between machines: a folder, or a bucket of the cache's own; neither is none."""

    folder: str | None = None
    s3: S3Bucket | None = None

    @model_validator(mode="after")
    def _one_place(self) -> CacheConfig:
        if self.folder and self.s3:
            raise ValueError("has a folder and s3: name one of them")
        return self
