"""configs/publish.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.config.base import Section, Url


class S3Config(Section):
    """An S3 bucket; credentials come from the environment or the AWS chain, never from here.

    `public_base_url` is where what lies under `prefix` is public. `path_style` puts the bucket's name into the
    path instead of the host; by default so with an `endpoint`, and not on AWS.
    """

    bucket: Annotated[str, Field(min_length=3, max_length=63, pattern=r"^[a-z0-9][a-z0-9.-]+[a-z0-9]$")]
    endpoint: Url | None = None
    region: str | None = None
    path_style: bool | None = None
    prefix: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+/?)*$")] = ""
    public_base_url: Url


class FolderConfig(Section):
    """A local folder that `showrunner serve` or any web server serves."""

    path: str = "feeds/public"
    public_base_url: Url = "http://127.0.0.1:8000"


class PublishConfig(Section):
    """configs/publish.yaml: with `s3` the show goes to a bucket, else to the folder.

    `feed_max_age` in seconds; `grace_days` is how long an unpublished episode's files stay for apps that read the
    feed before.
    """

    s3: S3Config | None = None
    folder: FolderConfig = FolderConfig()
    feed_max_age: Annotated[int, Field(ge=0)] = 300
    grace_days: Annotated[int, Field(ge=0, le=3650)] = 7

    @property
    def base_url(self) -> str:
        """Where the feed and assets are public, without a trailing slash."""
        return (self.s3.public_base_url if self.s3 else self.folder.public_base_url).rstrip("/")
