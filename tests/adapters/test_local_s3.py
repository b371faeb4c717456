from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import psutil
import pytest

from pipeline.adapters import local_s3
from pipeline.errors import StageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.real


def client(server: local_s3.LocalS3) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name="us-east-1",
    )


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s3") / "a server"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[local_s3.LocalS3]:
    with local_s3.serving(folder) as running:
        client(running).create_bucket(Bucket="show")
        yield running


@pytest.fixture
def detached(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    local_s3.stop(tmp_path)


def test_serves_put_and_get_only_with_its_credentials(server: local_s3.LocalS3) -> None:
    s3 = client(server)
    s3.put_object(Bucket="show", Key="a/b.mp3", Body=b"sound")
    assert s3.get_object(Bucket="show", Key="a/b.mp3")["Body"].read() == b"sound"
    assert fetch(f"{server.endpoint}/show/a/b.mp3")[0] == 403
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.put_object(Bucket="absent", Key="k", Body=b"")


def test_a_bucket_policy_lets_podcast_apps_read(server: local_s3.LocalS3) -> None:
    s3 = client(server)
    s3.create_bucket(Bucket="public")
    s3.put_object(Bucket="public", Key="e.mp3", Body=b"0123456789", ContentType="audio/mpeg")
    url = f"{server.endpoint}/public/e.mp3"
    read = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::public/*"}
    s3.put_bucket_policy(Bucket="public", Policy=json.dumps({"Version": "2012-10-17", "Statement": [read]}))
    status, headers, body = fetch(url, Range="bytes=2-4")
    assert (status, body, headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert headers["content-type"] == "audio/mpeg"
    status, headers, _ = fetch(url, "HEAD")
    assert (status, headers["content-length"], headers["accept-ranges"]) == (200, "10", "bytes")
    assert fetch(url, "PUT")[0] == fetch(url, "DELETE")[0] == fetch(f"{server.endpoint}/public")[0] == 403

    # As on S3, no cross-origin reading until it is allowed.
    assert "access-control-allow-origin" not in fetch(url, Origin="https://player.example")[1]
    s3.put_bucket_cors(
        Bucket="public",
        CORSConfiguration={
            "CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "AllowedHeaders": ["*"]}]
        },
    )
    assert fetch(url, Origin="https://player.example")[1]["access-control-allow-origin"] == "https://player.example"
    ask = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "range"}
    status, headers, _ = fetch(url, "OPTIONS", Origin="https://player.example", **ask)
    assert status == 200
    assert headers["access-control-allow-headers"] == "range"


def test_listens_on_loopback_only_and_wants_a_key_there(server: local_s3.LocalS3) -> None:
    def listening() -> set[tuple[str, int]]:
        found = psutil.Process(server.pid).net_connections("inet")
        return {(c.laddr.ip, c.laddr.port) for c in found if c.status == psutil.CONN_LISTEN}

    wait_for(lambda: len(listening()) == 10)  # its last service opens its port a second after the first
    assert {ip for ip, _ in listening()} == {"127.0.0.1"}
    first = int(server.endpoint.rpartition(":")[2])
    assert {port for _, port in listening()} == {p + o for p in range(first, first + 5) for o in (0, 10_000)}
    filer = f"http://127.0.0.1:{first + 3}"
    assert fetch(f"{filer}/buckets/show/a/b.mp3")[0] == fetch(f"{filer}/buckets/show/x", "POST")[0] == 401


def test_secrets_are_readable_by_the_owner_only(server: local_s3.LocalS3, folder: Path) -> None:
    assert server.secret_key in (folder / "server.json").read_text()
    for name in ("server.json", "identities.json", "data"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name
    assert server.secret_key.encode() not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
    assert server.secret_key not in (folder / "weed.log").read_text()


def test_a_second_server_outlives_its_starter_and_its_data_a_kill(server: local_s3.LocalS3, detached: Path) -> None:
    code = "import sys; from pathlib import Path; from pipeline.adapters import local_s3 as s\n"
    code += "print(s.start(Path(sys.argv[1]), detached=True).pid)"
    done = subprocess.run([sys.executable, "-c", code, detached], capture_output=True, text=True, timeout=40)
    assert done.returncode == 0, done.stderr
    other = local_s3.running(detached)
    assert other
    assert other.pid == int(done.stdout)
    assert other.endpoint != server.endpoint
    assert os.getsid(other.pid) == other.pid
    assert os.getsid(server.pid) == os.getsid(0)
    client(other).create_bucket(Bucket="show")
    for each, body in ((server, b"first"), (other, b"second")):
        client(each).put_object(Bucket="show", Key="which", Body=body)
    assert client(server).get_object(Bucket="show", Key="which")["Body"].read() == b"first"
    assert client(other).get_object(Bucket="show", Key="which")["Body"].read() == b"second"

    os.kill(other.pid, signal.SIGKILL)
    wait_for(lambda: local_s3.running(detached) is None)
    again = local_s3.start(detached, detached=True)
    assert again.pid != other.pid
    assert (again.endpoint, again.access_key) == (other.endpoint, other.access_key)
    client(again).put_object(Bucket="show", Key="later", Body=b"third")
    assert client(again).get_object(Bucket="show", Key="which")["Body"].read() == b"second"

    assert local_s3.stop(detached)
    assert not psutil.pid_exists(again.pid)
    assert local_s3.running(detached) is None
    assert not local_s3.stop(detached)

    port = int(other.endpoint.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):  # another program took the port meanwhile
        moved = local_s3.start(detached)
    assert moved.endpoint != other.endpoint
    for key, body in (("which", b"second"), ("later", b"third")):
        assert client(moved).get_object(Bucket="show", Key=key)["Body"].read() == body


def test_start_of_a_running_server_finds_it(server: local_s3.LocalS3, folder: Path) -> None:
    assert local_s3.start(folder) == server
    assert local_s3.running(folder) == server
    assert local_s3.running(folder / ".." / folder.name) == server


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 + 1], ids=["of another process", "of none"])
def test_a_stale_state_file_is_ignored_and_its_process_spared(tmp_path: Path, pid: int) -> None:
    state = {"endpoint": "http://127.0.0.1:12345", "access_key": "a", "secret_key": "b", "pid": pid}
    (tmp_path / "server.json").write_text(json.dumps(state))
    assert local_s3.running(tmp_path) is None
    assert not local_s3.stop(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[1", '{"endpoint": "x", "access_key": "a", "secret_key": "b", "pid": 1}'])
def test_a_broken_state_file_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text)
    assert local_s3.running(tmp_path) is None
    assert local_s3.running(tmp_path / "absent") is None
    assert not local_s3.stop(tmp_path / "absent")


def test_a_failed_start_says_what_the_server_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StageError, match=r"weed\.log ends with: .*data") as caught:
        local_s3.start(tmp_path)
    assert caught.value.fix
    assert local_s3.running(tmp_path) is None


def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(StageError, match="weed") as caught:
        local_s3.start(tmp_path)
    assert "make setup" in caught.value.fix
