"""Caches in front of the bucket are told what changed in place; that they were not is no reason to fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from release_samples import folder_settings

from pipeline.adapters import cloudfront
from pipeline.config import PublishConfig, S3Config

WITH = PublishConfig(
    s3=S3Config(bucket="my-show", public_base_url="https://cdn.example.org/show", cloudfront_distribution="E2EXAMPLE")
)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client: Any = boto3.client(
        "cloudfront", region_name="us-east-1", aws_access_key_id="AKEXAMPLE", aws_secret_access_key="not-a-secret"
    )
    monkeypatch.setattr(cloudfront, "open_client", lambda: client)
    with Stubber(client) as one:
        yield one


def test_what_changed_in_place_is_invalidated_in_one_request(stub: Stubber) -> None:
    paths = ["/show/feed.xml", "/show/index.html", "/show/", "/show/episodes/tides/index.html", "/show/episodes/tides/"]
    stub.add_response(
        "create_invalidation",
        {"Location": "x"},
        {
            "DistributionId": "E2EXAMPLE",
            "InvalidationBatch": {"Paths": {"Quantity": 5, "Items": paths}, "CallerReference": ANY},
        },
    )
    told: list[str] = []
    cloudfront.refresh(WITH, ["feed.xml", "index.html", "episodes/tides/index.html"], told.append)
    stub.assert_no_pending_responses()
    assert told == []


def test_a_refusal_is_a_notice(stub: Stubber) -> None:
    stub.add_client_error("create_invalidation", "AccessDenied", "no", 403)
    told: list[str] = []
    cloudfront.refresh(WITH, ["feed.xml"], told.append)
    assert len(told) == 1
    assert "/show/feed.xml (AccessDenied)" in told[0]
    assert "300 s" in told[0]


@pytest.mark.parametrize(
    ("settings", "keys"),
    [
        pytest.param(folder_settings(Path("public")), ["feed.xml"], id="a folder"),
        pytest.param(
            PublishConfig(s3=S3Config(bucket="my-show", public_base_url="https://x.org")), ["feed.xml"], id="not set"
        ),
        pytest.param(WITH, [], id="nothing changed"),
    ],
)
def test_nobody_is_asked_where_there_is_nothing_to_ask(
    monkeypatch: pytest.MonkeyPatch, settings: PublishConfig, keys: list[str]
) -> None:
    monkeypatch.setattr(cloudfront, "open_client", lambda: pytest.fail("asked"))
    cloudfront.refresh(settings, keys, pytest.fail)


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("https://cdn.example.org", "/episodes/a%20b/x.html"),
        ("https://cdn.example.org/", "/episodes/a%20b/x.html"),
        ("https://cdn.example.org/shows/one", "/shows/one/episodes/a%20b/x.html"),
    ],
)
def test_paths_are_those_that_viewers_ask_for(base: str, path: str) -> None:
    assert cloudfront.invalidation_paths(base, ["episodes/a b/x.html"]) == [path]
