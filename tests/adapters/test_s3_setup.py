"""What `bucket setup` would write: one public prefix, CORS for reading, and nothing of anybody else's lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from pipeline.adapters import s3, s3_setup
from pipeline.config import S3Config
from pipeline.errors import ConfigError

AWS = S3Config(bucket="my-show", prefix="pod/", region="eu-central-1", public_base_url="https://cdn.example.org")
FOREIGN = {
    "Sid": "Logs",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::my-show/logs/*",
}
OLD = {
    "Sid": "Theirs", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::my-show/x/*"],
}  # fmt: skip


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    bucket = s3.open_bucket(AWS)
    monkeypatch.setattr(s3, "open_bucket", lambda settings: bucket)
    with Stubber(bucket.client) as one:
        yield one


def answer(stub: Stubber, **answers: Any) -> None:
    """What the server says of a bucket that is there: a dict, or the code of an error."""
    usual = {
        "head_bucket": {},
        "get_bucket_policy": "NoSuchBucketPolicy",
        "get_bucket_cors": "NoSuchCORSConfiguration",
        "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
        "get_bucket_versioning": {"Status": "Enabled"},
    }
    for operation, said in (usual | answers).items():
        if isinstance(said, str):
            stub.add_client_error(operation, said, "m", 501 if said == "NotImplemented" else 404)
        else:
            stub.add_response(operation, said)


@pytest.mark.parametrize(
    ("prefix", "resource"), [("", "arn:aws:s3:::my-show/*"), ("pod/", "arn:aws:s3:::my-show/pod/*")]
)
def test_only_the_prefix_becomes_public(prefix: str, resource: str) -> None:
    policy = s3_setup.public_policy(AWS.model_copy(update={"prefix": prefix}))
    assert [(one["Action"], one["Resource"]) for one in policy["Statement"]] == [("s3:GetObject", resource)]


def test_statements_and_the_id_of_others_stay() -> None:
    made = s3_setup.public_policy(AWS, {"Version": "2012-10-17", "Id": "Mine", "Statement": [FOREIGN, OLD]})
    assert made["Id"] == "Mine"
    assert made["Statement"][:2] == [FOREIGN, OLD]
    assert len(made["Statement"]) == 3


@pytest.mark.parametrize(
    "given_back",
    [
        pytest.param({}, id="as it was written"),
        pytest.param({"Principal": {"AWS": "*"}, "Action": ["s3:GetObject"]}, id="as AWS and Ceph write it"),
    ],
)
def test_a_policy_that_is_there_is_not_written_again(given_back: dict[str, Any]) -> None:
    made = s3_setup.public_policy(AWS)
    made["Statement"] = [made["Statement"][0] | given_back, FOREIGN]
    assert s3_setup.public_policy(AWS, made) == made


def test_a_statement_of_ours_that_somebody_narrowed_is_put_right() -> None:
    made = s3_setup.public_policy(AWS)
    narrowed = {
        **made,
        "Statement": [made["Statement"][0] | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.1"}}}],
    }
    assert s3_setup.public_policy(AWS, narrowed) == made


def test_cors_rules_of_others_stay_and_ours_come_once() -> None:
    theirs = {"ID": "Upload", "AllowedMethods": ["PUT"], "AllowedOrigins": ["https://app.example"]}
    once = s3_setup.cors_rules([theirs])
    assert once[0] == theirs
    assert s3_setup.cors_rules(once) == once


def test_a_new_bucket_gets_policy_and_cors(stub: Stubber) -> None:
    answer(stub)
    made = s3_setup.plan(AWS)
    assert made.writes == ("policy", "cors")
    assert not any("versioning" in line for line in made.advice)


def test_a_bucket_that_is_ready_gets_nothing(stub: Stubber) -> None:
    answer(
        stub,
        get_bucket_policy={"Policy": json.dumps(s3_setup.public_policy(AWS))},
        get_bucket_cors={"CORSRules": s3_setup.cors_rules()},
    )
    assert s3_setup.plan(AWS).writes == ()


def test_a_bucket_that_is_not_there_would_be_made(stub: Stubber) -> None:
    stub.add_client_error("head_bucket", "404", "Not Found", 404)
    assert s3_setup.plan(AWS).writes == ("bucket", "policy", "cors")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param({"get_bucket_versioning": {}}, "versioning is off", id="versioning"),
        pytest.param(
            {"get_public_access_block": {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": True}}},
            "AWS blocks public access", id="blocked",
        ),
        pytest.param({"get_bucket_policy": "NotImplemented"}, "knows no bucket policies", id="R2 and B2"),
        pytest.param({"get_bucket_cors": "NotImplemented"}, "takes no CORS rules", id="no CORS"),
        pytest.param({}, "never one that expires current objects", id="always"),
    ],
)  # fmt: skip
def test_advice(stub: Stubber, answers: dict[str, Any], words: str) -> None:
    answer(stub, **answers)
    made = s3_setup.plan(AWS)
    assert any(words in line for line in made.advice)
    assert (made.policy is None) == (answers.get("get_bucket_policy") == "NotImplemented")


@pytest.mark.parametrize(("prefix", "warned"), [("", True), ("pod/", False)])
def test_a_bucket_that_becomes_public_as_a_whole_is_a_warning(stub: Stubber, prefix: str, warned: bool) -> None:
    answer(stub)
    made = s3_setup.plan(AWS.model_copy(update={"prefix": prefix}))
    assert any("all of the bucket becomes public" in line for line in made.advice) is warned


def test_a_person_without_the_rights_to_look_is_told(stub: Stubber) -> None:
    stub.add_client_error("head_bucket", "403", "Forbidden", 403)
    with pytest.raises(ConfigError, match="may not do that"):
        s3_setup.plan(AWS)
