"""Dropping what changed in place from CloudFront's caches, so that listeners need not wait for them to expire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from pipeline.config import PublishConfig


def refresh(settings: PublishConfig, keys: Sequence[str], notice: Callable[[str], None]) -> None:
    """Invalidate the keys where s3.cloudfront_distribution is set. A failure is a notice: caches expire anyway."""
    from botocore.exceptions import BotoCoreError, ClientError

    if not (settings.s3 and settings.s3.cloudfront_distribution and keys):
        return
    # A private show's folders are secrets, and a path for each subscriber's feed would cost: it is one for all.
    paths = invalidation_paths(settings.root_url, keys if settings.seal is None else ["*"])
    try:
        open_client().create_invalidation(
            DistributionId=settings.s3.cloudfront_distribution,
            InvalidationBatch={"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": uuid4().hex},
        )
    except (BotoCoreError, ClientError) as error:
        why = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        notice(
            f"CloudFront did not take the invalidation of {', '.join(paths)} ({why}): listeners may get the old ones "
            f"for {settings.feed_max_age} s"
        )


def invalidation_paths(base_url: str, keys: Sequence[str]) -> list[str]:
    """The paths as viewers ask for them; a page also by its folder.

    >>> invalidation_paths("https://cdn.example.org/show", ["feed.xml", "index.html"])
    ['/show/feed.xml', '/show/index.html', '/show/']
    """
    folder = urlsplit(base_url).path.rstrip("/")
    names = [name for key in keys for name in ([key, key.removesuffix("index.html")] if _is_page(key) else [key])]
    return list(dict.fromkeys(f"{folder}/{quote(name, safe='/*')}" for name in names))


def open_client() -> Any:
    """A CloudFront client; it has one region for all."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=10, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.Session().client("cloudfront", region_name="us-east-1", config=config)


def _is_page(key: str) -> bool:
    return key.rpartition("/")[2] == "index.html"
