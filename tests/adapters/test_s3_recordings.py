"""Recordings in a bucket of a real S3 server."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from pipeline.adapters import s3_recordings
from pipeline.config import S3Config
from pipeline.errors import InputError

SOUND = b"RIFF a recording" * 70_000


@pytest.fixture
def shelf(s3_settings: S3Config, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=s3_settings.endpoint, region_name="us-east-1")
    for name in ("b.wav", "a/1 é?.mp3", "notes.txt"):
        client.put_object(Bucket=s3_settings.bucket, Key=f"{s3_settings.prefix}/{name}", Body=SOUND)
    client.put_object(Bucket=s3_settings.bucket, Key=f"{s3_settings.prefix}-other/c.wav", Body=b"x")
    return f"s3://{s3_settings.bucket}/{s3_settings.prefix}"


@pytest.mark.real
def test_a_folder_of_a_bucket_is_listed_and_fetched_and_gone_on_with(
    shelf: str, s3_settings: S3Config, tmp_path: Path
) -> None:
    found = list(s3_recordings.list_keys(shelf, s3_settings))
    assert found == [f"{shelf}/{name}" for name in ("a/1 é?.mp3", "b.wav", "notes.txt")], "and nothing beside it"
    path = tmp_path / "source.mp3"
    assert s3_recordings.fetch(found[0], path, lambda more: None, s3_settings) == len(SOUND)
    assert path.read_bytes() == SOUND

    def fail_soon(more: int) -> None:
        if more > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        s3_recordings.fetch(found[1], tmp_path / "b.wav", fail_soon, s3_settings)
    (part,) = tmp_path.glob(".b.wav.*.part")
    part.write_bytes(SOUND[:300_000])
    counted: list[int] = []
    s3_recordings.fetch(found[1], tmp_path / "b.wav", counted.append, s3_settings)
    assert counted[0] == 300_000
    assert (tmp_path / "b.wav").read_bytes() == SOUND

    with pytest.raises(InputError, match=r"gone\.wav: there is no such object"):
        s3_recordings.fetch(f"{shelf}/gone.wav", tmp_path / "gone.wav", lambda more: None, s3_settings)


@pytest.mark.parametrize("address", ["s3://", "s3://X/a.wav", "s3://a b/c.wav"])
def test_what_is_no_bucket_is_told(address: str) -> None:
    with pytest.raises(InputError, match="cannot be a bucket's name"):
        s3_recordings.parse(address)


def test_the_bucket_of_publish_yaml_is_reached_as_it_says() -> None:
    known = S3Config(bucket="shop", endpoint="https://s3.example.org", prefix="show", public_base_url="https://e.org")
    found, key = s3_recordings.parse("s3://shop/masters/a.wav", known)
    assert (found.endpoint, found.prefix, key) == ("https://s3.example.org", "", "masters/a.wav")
    assert s3_recordings.parse("s3://elsewhere/a.wav", known)[0].endpoint is None
