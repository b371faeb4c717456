"""What listeners get of a bucket: whether public_base_url serves it."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urlencode

from pipeline.adapters import web
from pipeline.config import S3Config
from pipeline.errors import ConfigError
from pipeline.targets import Item


def public_url(settings: S3Config, key: str) -> str:
    """Where a key should be public."""
    return f"{settings.public_base_url.rstrip('/')}/{quote(key)}"


def refuse_unserved(settings: S3Config, item: Item) -> None:
    """Raise ConfigError when what is in the bucket under the item's key is not public at public_base_url."""
    try:
        answer = web.fetch(public_url(settings, item.key), limit=item.size + 1)
    except web.WebError as error:
        why = f"it {error}"
    else:
        if answer.status == 200 and answer.body == item.body:
            return
        why = "something else is there" if answer.ok else f"it answers {answer.status}"
    raise ConfigError(
        f"configs/publish.yaml s3.public_base_url: {settings.public_base_url} does not serve the bucket ({why})",
        fix="let everybody read the prefix (`showrunner bucket setup`), and name the URL under which it is public",
    )


def refuse_listed(settings: S3Config) -> None:
    """Raise ConfigError where everybody may ask for the names of what is in the bucket.

    Source: the answer of S3's ListObjectsV2 is a ListBucketResult.
    """
    from pipeline.adapters import s3

    asked = urlencode({"list-type": 2, "prefix": settings.prefix, "max-keys": 1})
    server = str(s3.open_bucket(settings).client.meta.endpoint_url)
    for url in (f"{server}/{settings.bucket}?{asked}", f"{settings.public_base_url.rstrip('/')}/?{asked}"):
        with suppress(web.WebError):
            answer = web.fetch(url, limit=1 << 16)
            if answer.ok and b"<ListBucketResult" in answer.body:
                raise ConfigError(
                    f"s3://{settings.bucket}: everybody can list it, and find every address of a private show",
                    fix="let everybody do s3:GetObject and nothing else (`showrunner bucket setup` writes such a "
                    "policy); take other rules that allow listing out",
                )
