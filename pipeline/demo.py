"""Where the demo publishes: a bucket on the local S3 server."""

from __future__ import annotations

from pipeline.config import PublishConfig, S3Config

BUCKET = "demo-show"


def publishing(endpoint: str) -> PublishConfig:
    """Publish settings that point at the demo's bucket on a local server."""
    s3 = S3Config(bucket=BUCKET, endpoint=endpoint, region="us-east-1", public_base_url=f"{endpoint}/{BUCKET}")
    return PublishConfig(s3=s3)


def prepare(settings: PublishConfig) -> None:
    """Make the bucket and let anybody read it. Raises StageError when the server refuses."""
    from pipeline.adapters import s3_setup

    if settings.s3:
        s3_setup.prepare_bucket(settings.s3)
