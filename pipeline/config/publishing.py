"""configs/publish.yaml."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, model_validator

from pipeline.config.base import Section, Url


def _plain(url: str) -> str:
    """A URL that can be put in front of a path, and that holds no secret."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password: credentials come from the environment, never from here")
    if parts.query or parts.fragment or not parts.hostname:
        raise ValueError("must be a scheme, a host and perhaps a path: no ? and no #")
    return url


def _without_dots(prefix: str) -> str:
    """A prefix that means the same in a bucket and in a URL."""
    if {".", ".."} & set(prefix.split("/")):
        raise ValueError("must not hold `.` or `..` as a folder")
    return prefix


def _prefix(url: str) -> str:
    """A URL that another one is added to."""
    if set(url.replace("{guid}", "")) & set("{}"):
        raise ValueError("may hold {guid}, and no other name in braces: https://op3.dev/e,pg={guid}/")
    return url.rstrip("/") + "/"


BaseUrl = Annotated[Url, AfterValidator(_plain)]


class S3Bucket(Section):
    """An S3 bucket, or what lies under `prefix` in it; credentials come from the environment or the AWS chain.

    `path_style` puts the bucket's name into the path instead of the host; by default so with an `endpoint`, and not on
    AWS. `conditional_writes` and `checksum` are for servers that know less than S3 does (docs/publishing.md).
    """

    bucket: Annotated[str, Field(min_length=3, max_length=63, pattern=r"^[a-z0-9][a-z0-9.-]+[a-z0-9]$")]
    endpoint: BaseUrl | None = None
    region: str | None = None
    path_style: bool | None = None
    prefix: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]+/?)*$", max_length=100), AfterValidator(_without_dots)] = ""
    conditional_writes: bool = True
    checksum: Literal["sha256", "md5"] = "sha256"


class S3Config(S3Bucket):
    """A bucket to publish to: `public_base_url` is where what lies under `prefix` is public.

    `cloudfront_distribution` is the id of the one in front of the bucket: what changed in place is then dropped from
    its caches.
    """

    public_base_url: BaseUrl
    cloudfront_distribution: Annotated[str, Field(pattern=r"^[A-Z0-9]{8,20}$")] | None = None


class FolderConfig(Section):
    """A local folder that `showrunner serve` or any web server serves."""

    path: str = "feeds/public"
    public_base_url: BaseUrl = "http://127.0.0.1:8000"


class PublishConfig(Section):
    """configs/publish.yaml: with `s3` the show goes to a bucket, else to the folder.

    `feed_max_age` in seconds; `grace_days` is how long an unpublished episode's files stay for apps that read the
    feed before. feed.xml has at least the newest `feed_page` episodes; a show of twice as many has the older ones in
    feed-1.xml, feed-2.xml and so on. `websub_hub` is told when the feed changed. `analytics_prefix` stands before the
    address of the sound, where `{guid}` is the show's guid.
    """

    s3: S3Config | None = None
    folder: FolderConfig = FolderConfig()
    feed_max_age: Annotated[int, Field(ge=0)] = 300
    grace_days: Annotated[int, Field(ge=0, le=3650)] = 7
    feed_page: Annotated[int, Field(ge=10, le=20_000)] = 1000
    websub_hub: Url | None = None
    analytics_prefix: Annotated[BaseUrl, AfterValidator(_prefix)] | None = None

    @property
    def root_url(self) -> str:
        """Where all of it is public, without a trailing slash."""
        return (self.s3.public_base_url if self.s3 else self.folder.public_base_url).rstrip("/")

    @property
    def base_url(self) -> str:
        """What comes before the key of an episode's file or a cover in its address."""
        return self.root_url

    @property
    def feed_url(self) -> str:
        """The feed's address; of a private show the owner's own."""
        return self.address("feed.xml")

    @property
    def shown_url(self) -> str:
        """What messages call the feed: its address, unless that is a secret."""
        return f"{self.root_url}/feed.xml"

    @property
    def seal(self) -> str | None:
        """What tells the key of a private show from another one; None for a show that is not private."""
        return None

    def place(self, key: str) -> str:
        """Where a key is kept under the prefix."""
        return key

    def address(self, key: str) -> str:
        """Where a key is public, in ASCII."""
        return f"{self.root_url}/{quote(self.place(key))}"

    @model_validator(mode="after")
    def _the_prefixed_address_is_public(self) -> PublishConfig:
        """Whoever counts sends listeners on to the sound: to an address that is theirs, not this machine's."""
        host = urlsplit(self.base_url).hostname or ""
        if self.analytics_prefix and (host in ("localhost", "::1") or host.startswith("127.")):
            raise ValueError(f"analytics_prefix needs a public_base_url that others can reach, not {self.base_url}")
        return self
