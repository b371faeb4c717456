from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import botocore.auth
import pytest
from botocore.exceptions import ClientError

from pipeline import store
from pipeline.adapters import s3, s3_check, s3_multipart, s3_setup
from pipeline.adapters.local_s3 import LocalS3
from pipeline.adapters.s3_errors import explained
from pipeline.config import S3Config
from pipeline.errors import ConfigError, PipelineError, StageError
from pipeline.targets import Item, LostRaceError

AWS = S3Config(bucket="my-show", prefix="pod/", public_base_url="https://cdn.example.org")


def item(data: bytes | Path, key: str = "a/episode.mp3", media_type: str = "audio/mpeg") -> Item:
    content = data.read_bytes() if isinstance(data, Path) else data
    digest = store.digest_bytes(content)
    return Item(key, data, digest, len(content), media_type, "public, max-age=31536000, immutable")


def fetch(url: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, b""


# -- on the real server ----------------------------------------------------------------------------------


@pytest.mark.real
def test_listeners_get_bytes_type_caching_and_cors_and_may_read_ranges(s3_settings: S3Config) -> None:
    s3.open_bucket(s3_settings).put(item(b"0123456789"), replaces=None)
    url = f"{s3_settings.public_base_url}/a/episode.mp3"
    status, headers, body = fetch(url, Origin="https://player.example")
    assert (status, body) == (200, b"0123456789")
    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Access-Control-Allow-Origin"] in ("*", "https://player.example")
    status, headers, body = fetch(url, Range="bytes=2-4")
    assert (status, body) == (206, b"234")


@pytest.mark.real
def test_a_large_file_goes_in_parts_and_reports_as_it_goes(
    s3_settings: S3Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_multipart, "PART", 5 << 20)  # the least that S3 takes
    (tmp_path / "a.mp3").write_bytes(secrets.token_bytes(1 << 20) * 11)
    sent: list[int] = []
    large = item(tmp_path / "a.mp3")
    bucket = s3.open_bucket(s3_settings)
    bucket.put(large, replaces=None, sent=sent.append)
    head = bucket.head(large.key)
    assert head
    assert head.holds(large)
    assert head.etag.rstrip('"').endswith("-3")
    assert sum(sent) == large.size
    assert len(sent) > 1
    assert fetch(f"{s3_settings.public_base_url}/{large.key}")[2] == (tmp_path / "a.mp3").read_bytes()


def parts_sent(bucket: s3.Bucket) -> list[int]:
    """The numbers of the parts that the client uploads from now on, as they go."""
    numbers: list[int] = []
    bucket.client.meta.events.register(
        "provide-client-params.s3.UploadPart", lambda params, **kwargs: numbers.append(params["PartNumber"])
    )
    return numbers


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Item:
    """Four parts of the least size that S3 takes."""
    monkeypatch.setattr(s3_multipart, "PART", 5 << 20)
    (tmp_path / "large.mp3").write_bytes(b"".join(secrets.token_bytes(1 << 10) * (5 << 10) for _ in range(3)) + b"end")
    return item(tmp_path / "large.mp3", key="episodes/tides/episode-0123.mp3")


def begin(bucket: s3.Bucket, what: Item, *parts: int, key: str = "") -> None:
    """What an upload that was cut off leaves: some parts on the server, nothing under the key."""
    where = {"Bucket": bucket.settings.bucket, "Key": f"{bucket.settings.prefix}/{key or what.key}"}
    number = bucket.client.create_multipart_upload(
        **where, ContentType=what.media_type, Metadata={"sha256": what.sha256}
    )
    data = Path(str(what.body)).read_bytes()
    for part in parts:
        piece = data[(part - 1) * (5 << 20) : part * (5 << 20)]
        bucket.client.upload_part(**where, UploadId=number["UploadId"], PartNumber=part, Body=piece)


def unfinished(bucket: s3.Bucket) -> list[str]:
    found = bucket.client.list_multipart_uploads(Bucket=bucket.settings.bucket, Prefix=bucket.settings.prefix)
    return [one["Key"] for one in found.get("Uploads", [])]


@pytest.mark.real
def test_an_upload_that_was_cut_off_goes_on_with_the_parts_that_are_there(s3_settings: S3Config, large: Item) -> None:
    bucket = s3.open_bucket(s3_settings)
    begin(bucket, large, 1, 3)
    sent, numbers = list[int](), parts_sent(bucket)
    bucket.put(large, replaces=None, sent=sent.append)
    head = bucket.head(large.key)
    assert head
    assert head.holds(large)
    assert sorted(numbers) == [2, 4]
    assert sum(sent) == large.size
    assert fetch(f"{s3_settings.public_base_url}/{large.key}")[2] == Path(str(large.body)).read_bytes()
    assert unfinished(bucket) == []


@pytest.mark.real
def test_parts_with_other_bytes_are_sent_again(s3_settings: S3Config, large: Item, tmp_path: Path) -> None:
    bucket = s3.open_bucket(s3_settings)
    (tmp_path / "other.mp3").write_bytes(secrets.token_bytes(1 << 10) * (10 << 10))
    begin(bucket, item(tmp_path / "other.mp3", key=large.key), 1, 2)
    numbers = parts_sent(bucket)
    bucket.put(large, replaces=None)
    assert sorted(numbers) == [1, 2, 3, 4]
    assert fetch(f"{s3_settings.public_base_url}/{large.key}")[2] == Path(str(large.body)).read_bytes()


@pytest.mark.real
@pytest.mark.parametrize(("days", "left"), [(0, ["episodes/tides/episode-old.mp3"]), (2, [])])
def test_uploads_of_the_episode_that_nobody_goes_on_with_are_given_up(
    s3_settings: S3Config, large: Item, monkeypatch: pytest.MonkeyPatch, days: int, left: list[str]
) -> None:
    """Another machine may be at work on a younger one. Uploads of other episodes are not touched at any age."""
    bucket = s3.open_bucket(s3_settings)
    for key in ("episodes/tides/episode-old.mp3", "episodes/moons/episode.mp3"):
        begin(bucket, large, 1, key=key)
    monkeypatch.setattr(s3_multipart, "_STALE", dt.timedelta(days=1 - days))
    bucket.put(large, replaces=None)
    assert [key.removeprefix(f"{s3_settings.prefix}/") for key in unfinished(bucket)] == [
        "episodes/moons/episode.mp3",
        *left,
    ]


@pytest.mark.real
def test_two_machines_upload_the_same_large_file_at_once(s3_settings: S3Config, large: Item) -> None:
    together = threading.Barrier(2)

    def wait(**kwargs: Any) -> None:
        together.wait(timeout=30)

    def put(bucket: s3.Bucket) -> None:
        bucket.client.meta.events.register("before-call.s3.CompleteMultipartUpload", wait)
        with suppress(LostRaceError):
            bucket.put(large, replaces=None)

    begin(s3.open_bucket(s3_settings), large)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(put, [s3.open_bucket(s3_settings) for _ in range(2)]))
    head = s3.open_bucket(s3_settings).head(large.key)
    assert head
    assert head.holds(large)


@pytest.mark.real
def test_a_file_that_changes_while_it_is_uploaded_is_not_published(s3_settings: S3Config, large: Item) -> None:
    bucket = s3.open_bucket(s3_settings)
    Path(str(large.body)).write_bytes(b"x" * large.size)
    with pytest.raises(StageError, match="changed while it was uploaded"):
        bucket.put(large, replaces=None)
    assert bucket.head(large.key) is None
    assert unfinished(bucket) == []


@pytest.mark.real
@pytest.mark.parametrize("changes", [{"checksum": "md5"}, {"conditional_writes": False}])
def test_servers_that_know_less_are_served_too(s3_settings: S3Config, large: Item, changes: dict[str, Any]) -> None:
    bucket = s3.open_bucket(s3_settings.model_copy(update=changes))
    for one in (large, item(b"small")):
        bucket.put(one, replaces=None)
        head = bucket.head(one.key)
        assert head
        assert head.holds(one)
    bucket.put(item(b"small"), replaces=None)
    with pytest.raises(LostRaceError):
        bucket.put(item(b"other"), replaces=None)
    with pytest.raises(LostRaceError):
        bucket.put(item(b"other"), replaces='"0123"')


@pytest.mark.real
@pytest.mark.parametrize("checksum", ["sha256", "md5"])
def test_bytes_damaged_on_the_way_are_refused(s3_settings: S3Config, checksum: str) -> None:
    good = item(b"0123456789")
    bucket = s3.open_bucket(s3_settings.model_copy(update={"checksum": checksum}))

    def damage(params: dict[str, Any], **kwargs: Any) -> None:
        params["body"] = b"0123456780"

    bucket.client.meta.events.register("before-call.s3.PutObject", damage)
    with pytest.raises(StageError, match="damaged on the way"):
        bucket.put(good, replaces=None)
    assert s3.open_bucket(s3_settings).head(good.key) is None


@pytest.mark.real
def test_check_finds_all_in_order_and_leaves_nothing_behind(s3_settings: S3Config) -> None:
    assert "can be written" in s3_check.check(s3_settings)
    found = s3.open_bucket(s3_settings).client.list_objects_v2(Bucket=s3_settings.bucket, Prefix=s3_settings.prefix)
    assert found["KeyCount"] == 0


def wrong(field: str, value: str) -> Callable[[S3Config, pytest.MonkeyPatch], S3Config]:
    return lambda settings, patch: settings.model_copy(update={field: value})


def environment(**values: str) -> Callable[[S3Config, pytest.MonkeyPatch], S3Config]:
    def change(settings: S3Config, patch: pytest.MonkeyPatch) -> S3Config:
        for name, value in values.items():
            patch.setenv(name, value)
        return settings

    return change


def no_credentials(settings: S3Config, patch: pytest.MonkeyPatch) -> S3Config:
    patch.delenv("AWS_ACCESS_KEY_ID")
    patch.delenv("AWS_SECRET_ACCESS_KEY")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        patch.setenv(name, "/nowhere")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return settings


def clock_an_hour_slow(settings: S3Config, patch: pytest.MonkeyPatch) -> S3Config:
    slow = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(hours=1)
    patch.setattr(botocore.auth, "get_current_datetime", lambda **kwargs: slow)
    return settings


def nobody_may_read(settings: S3Config, patch: pytest.MonkeyPatch) -> S3Config:
    private = settings.model_copy(update={"bucket": "showrunner-private"})
    s3.open_bucket(private).client.create_bucket(Bucket=private.bucket)
    return private


@pytest.mark.real
@pytest.mark.parametrize(
    ("change", "kind", "what", "fix"),
    [
        pytest.param(no_credentials, ConfigError, "no credentials", "AWS_ACCESS_KEY_ID", id="no credentials"),
        pytest.param(environment(AWS_SECRET_ACCESS_KEY="x" * 20), ConfigError, "secret key", "check AWS_", id="secret"),
        pytest.param(environment(AWS_ACCESS_KEY_ID="AKNOBODY"), ConfigError, "access key", "check AWS_", id="key"),
        pytest.param(environment(AWS_PROFILE="nobody"), ConfigError, "nobody", "AWS_PROFILE", id="profile"),
        pytest.param(wrong("bucket", "no-such-bucket"), ConfigError, "no such bucket", "s3.bucket", id="bucket"),
        pytest.param(clock_an_hour_slow, ConfigError, "clock is wrong", "timedatectl", id="clock"),
        pytest.param(
            wrong("endpoint", "http://127.0.0.1:9"), ConfigError, "does not answer", "s3.endpoint", id="endpoint"
        ),
        pytest.param(nobody_may_read, ConfigError, "does not serve the bucket", "everybody read", id="private"),
        pytest.param(
            wrong("public_base_url", "http://127.0.0.1:9/x"), ConfigError, "does not serve", "is public", id="base url"
        ),
    ],
)
def test_check_says_what_is_wrong_and_never_the_secret(
    s3_settings: S3Config,
    s3_server: LocalS3,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[S3Config, pytest.MonkeyPatch], S3Config],
    kind: type[PipelineError],
    what: str,
    fix: str,
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)
    with pytest.raises(kind) as caught:
        s3_check.check(change(s3_settings, monkeypatch))
    assert what in caught.value.what
    assert fix in caught.value.fix
    assert s3_server.secret_key not in f"{caught.value.what}{caught.value.fix}"
    assert s3_server.access_key not in f"{caught.value.what}{caught.value.fix}"


@pytest.mark.real
def test_preparing_a_bucket_twice_keeps_what_others_set_there(s3_settings: S3Config) -> None:
    first = s3_settings.model_copy(update={"bucket": "showrunner-two-shows"})
    second = first.model_copy(update={"prefix": "second"})
    for settings in (second, first, second):
        s3_setup.prepare_bucket(settings)
    policy = json.loads(s3.open_bucket(second).client.get_bucket_policy(Bucket=second.bucket)["Policy"])
    resources = [one["Resource"] for one in policy["Statement"]]
    assert [resources.count(f"arn:aws:s3:::{one.bucket}/{one.prefix}/*") for one in (second, first)] == [1, 1]


# -- what real servers say and ours does not ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "fix"),
    [
        ("ExpiredToken", ConfigError, "sign in again"),
        ("AccessDenied", ConfigError, "s3:ListBucket"),
        ("403", ConfigError, "s3:PutObject"),
        ("PermanentRedirect", ConfigError, "s3.region"),
        ("SlowDown", StageError, "run again later"),
        ("503", StageError, "run again later"),
        ("SomethingNew", StageError, "ask who runs the server"),
    ],
)
def test_an_answer_of_the_server_becomes_a_remedy(code: str, kind: type[PipelineError], fix: str) -> None:
    with pytest.raises(kind) as caught, explained(AWS, "feed.xml"):
        raise ClientError({"Error": {"Code": code, "Message": "m"}}, "PutObject")
    assert fix in caught.value.fix
    assert "s3://my-show/pod/feed.xml" in caught.value.what


@pytest.mark.parametrize(
    ("code", "message", "fix"),
    [
        ("NotImplemented", "A header you provided implies functionality that is not implemented", "conditional_writes"),
        (
            "InvalidArgument",
            "Unsupported header 'x-amz-checksum-sha256' received for this API call.",
            "s3.checksum: md5",
        ),
    ],
    ids=["B2 and conditions", "B2 and checksums"],
)
def test_a_server_that_does_not_know_a_header_is_told_from_one_that_is_broken(
    code: str, message: str, fix: str
) -> None:
    with pytest.raises(ConfigError) as caught, explained(AWS, "feed.xml"):
        raise ClientError({"Error": {"Code": code, "Message": message}}, "PutObject")
    assert fix in caught.value.fix


def test_a_refusal_without_a_reason_that_is_dated_otherwise_is_about_the_clock() -> None:
    answer = {"HTTPStatusCode": 403, "HTTPHeaders": {"date": "Mon, 01 Jan 2024 00:00:00 GMT"}}
    with pytest.raises(StageError, match="clock is wrong"), explained(AWS, "feed.xml"):
        raise ClientError({"Error": {"Code": "403", "Message": ""}, "ResponseMetadata": answer}, "HeadObject")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    "leak", ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEHMaCXVzLWVhc3QtMSJH"]
)
def test_what_looks_like_a_credential_in_a_servers_own_words_is_not_repeated(leak: str) -> None:
    with pytest.raises(StageError) as caught, explained(AWS, "feed.xml"):
        raise ClientError({"Error": {"Code": "Odd", "Message": f"no way, {leak}!"}}, "PutObject")
    assert leak not in caught.value.what
    assert "no way, …!" in caught.value.what


def test_a_credential_of_the_environment_is_not_repeated_however_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    with pytest.raises(StageError) as caught, explained(AWS, "feed.xml"):
        raise ClientError({"Error": {"Code": "Odd", "Message": "not hunter2"}}, "PutObject")
    assert "hunter2" not in caught.value.what


@pytest.mark.parametrize("code", ["PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchKey"])
def test_a_condition_that_does_not_hold_is_a_lost_race(code: str) -> None:
    with pytest.raises(LostRaceError), explained(AWS, "feed.xml"):
        raise ClientError({"Error": {"Code": code, "Message": "m"}}, "PutObject")


@pytest.mark.parametrize(
    ("changes", "style"),
    [
        ({"region": "eu-central-1"}, "auto"),
        ({"endpoint": "https://s3.example.org"}, "path"),
        ({"endpoint": "https://s3.example.org", "path_style": False}, "auto"),
        ({"region": "eu-central-1", "path_style": True}, "path"),
    ],
)
def test_how_the_bucket_is_addressed(changes: dict[str, Any], style: str) -> None:
    client = s3.open_bucket(AWS.model_copy(update=changes)).client
    assert client.meta.config.s3["addressing_style"] == style


@pytest.mark.parametrize(
    ("prefix", "resource"), [("", "arn:aws:s3:::my-show/*"), ("pod/", "arn:aws:s3:::my-show/pod/*")]
)
def test_only_the_prefix_becomes_public(prefix: str, resource: str) -> None:
    policy = s3_setup.public_policy(AWS.model_copy(update={"prefix": prefix}))
    assert [(one["Action"], one["Resource"]) for one in policy["Statement"]] == [("s3:GetObject", resource)]
