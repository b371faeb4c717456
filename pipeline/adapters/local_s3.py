"""A real S3 server (SeaweedFS) on free loopback ports of this machine, for the demo and the tests. Linux only."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.errors import StageError
from pipeline.store import write_text_atomic

_SERVICES = ("s3", "master", "volume", "filer", "admin")
_GRPC = 10_000  # weed's own convention: a service's gRPC port is its HTTP port plus this
_STOP_SECONDS = 5.0
_RELEASE_SECONDS = 1.0  # a killed process is gone a moment before its ports are free, and subscribers know the port
_READY_BUCKET = "showrunner-ready"
_children: dict[int, subprocess.Popen[bytes]] = {}  # held to be reaped; a dropped Popen would complain


@dataclass(frozen=True, slots=True)
class LocalS3:
    """A running server: where it listens (`http://127.0.0.1:PORT`), its only credentials, and its process."""

    endpoint: Annotated[str, Field(pattern=r"^http://127\.0\.0\.1:[12]\d{4}$")]
    access_key: str
    secret_key: str
    pid: int


def start(folder: Path, *, detached: bool = False) -> LocalS3:
    """Start the server that keeps its data in `folder`, or find it running; return once it has taken a write.

    Credentials, data and (where still free) the port stay the same from start to start. A detached server outlives
    this process and its terminal's Ctrl-C. As on S3, a bucket is private and without CORS until `put_bucket_policy`
    and `put_bucket_cors`, and a write does not make one. Raises StageError when `weed` is missing, the folder
    cannot be written, or no write succeeds within 30 s (1 s is usual).
    """
    folder = folder.resolve()
    deadline = time.monotonic() + 30
    write_text_atomic(folder / ".gitignore", "*\n")  # the folder holds credentials
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for _ in range(3):  # more than once, since another program may take a port before weed does
            server = running(folder) or _launch(folder, detached)
            if _ready(server, folder, deadline):
                return server
            _end(server, folder)
            if time.monotonic() >= deadline:
                break
    log = (folder / "weed.log").read_text(errors="replace").strip().splitlines()
    raise StageError(
        f"the local S3 server did not start; {folder / 'weed.log'} ends with: {' | '.join(log[-3:]) or 'nothing'}",
        fix=f"free memory or disk space and try again, or move {folder} away to begin with an empty server",
    )


def stop(folder: Path) -> bool:
    """Stop the server of `folder` (2 s; by force after 5 s); its data stay. False if none was running."""
    folder = folder.resolve()
    if not running(folder):
        return False
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if server := running(folder):
            _end(server, folder)
    return server is not None


def running(folder: Path) -> LocalS3 | None:
    """The server of `folder` if its process is alive and is ours, else None; stale or broken state is ignored."""
    server = _last(folder.resolve())
    return server if server and _ours(server, folder.resolve()) else None


@contextmanager
def serving(folder: Path) -> Iterator[LocalS3]:
    """A server for the length of a `with` block, stopped at its end. Raises StageError like `start`."""
    try:
        yield start(folder)
    finally:
        stop(folder)


def _last(folder: Path) -> LocalS3 | None:
    with suppress(OSError, ValidationError):  # the file outlives its process: the next start keeps port and credentials
        return TypeAdapter(LocalS3).validate_json((folder / "server.json").read_bytes())
    return None


def _launch(folder: Path, detached: bool) -> LocalS3:
    weed = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    if weed is None:
        raise StageError("the local S3 server's program `weed` is not installed", fix="run `make setup`")
    ports = _ports(last := _last(folder))
    until = time.monotonic() + _RELEASE_SECONDS
    while last and not _all_free(ports) and time.monotonic() < until:
        time.sleep(0.02)
    while not _all_free(ports):
        # In steps, so that servers do not overlap; below the ephemeral ports, which connections take by chance.
        first = _GRPC + len(_SERVICES) * (50 + secrets.randbelow(1900))
        ports = range(first, first + len(_SERVICES))
    keys = (last.access_key, last.secret_key) if last else (secrets.token_hex(10).upper(), secrets.token_urlsafe(30))
    who = {"name": "showrunner", "credentials": [{"accessKey": keys[0], "secretKey": keys[1]}], "actions": ["Admin"]}
    write_text_atomic(folder / "identities.json", json.dumps({"identities": [who]}), 0o600)
    argv = [weed, "-logtostderr=true", "mini", f"-dir={folder / 'data'}", *_flags(ports)]
    # Signing keys close the filer's and the volumes' HTTP ports to all but the server itself; without them any local
    # program, or a web page in a browser, could read and change files there past the S3 credentials.
    signing = ("WEED_JWT_SIGNING_KEY", "WEED_JWT_FILER_SIGNING_KEY", "WEED_JWT_FILER_SIGNING_READ_KEY")
    env = {key: secrets.token_hex(16) for key in signing} | {"HOME": str(folder), "TMPDIR": str(folder)}
    # An upload of 300 MB took 800 MB without the limit. One volume a bucket, not seven: the disk limits their number.
    env |= {"GOMEMLIMIT": "256MiB", "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"}
    with (folder / "weed.log").open("wb") as out:
        process = subprocess.Popen(
            argv, cwd=folder, env=env, umask=0o077, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=detached,
        )  # fmt: skip
    _children[process.pid] = process
    server = LocalS3(f"http://127.0.0.1:{ports[0]}", *keys, process.pid)
    # Written before the server is ready, so that a start cut off here leaves nothing that stop() cannot find.
    write_text_atomic(folder / "server.json", json.dumps(asdict(server), indent=2) + "\n", 0o600)
    return server


def _flags(ports: range) -> list[str]:
    flags = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.config=identities.json", "-master.telemetry=false"]
    for service, port in zip(_SERVICES, ports, strict=True):
        flags += [f"-{service}.port={port}", f"-{service}.port.grpc={port + _GRPC}"]
    flags += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false"]
    flags += ["-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"]  # in the folder instead of /tmp
    # By default a write makes its bucket and every origin passes CORS: S3 does neither, so tests would miss a fault.
    origin = f"http://127.0.0.1:{ports[0]}"
    flags += ["-s3.autoCreateBucket=false", f"-s3.allowedOrigins={origin}", f"-filer.allowedOrigins={origin}"]
    # Smaller volumes: room for more buckets. No resumed state: every third restart waited 5 to 15 s for a leader.
    return [*flags, "-master.volumeSizeLimitMB=128", "-master.resumeState=false"]


def _ports(server: LocalS3 | None) -> range:
    first = int(server.endpoint.rpartition(":")[2]) if server else 0
    return range(first, first + len(_SERVICES))


def _all_free(ports: range) -> bool:
    return all(_free(port) and _free(port + _GRPC) for port in ports)


def _free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):  # like weed, not hindered by a closed connection
        return port > 0
    return False


def _ready(server: LocalS3, folder: Path, deadline: float) -> bool:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    # No proxy, even if the environment names one; no retries, since this loop is one.
    config = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1}, proxies={})
    client = boto3.client(
        "s3", endpoint_url=server.endpoint, region_name="us-east-1", config=config,
        aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    )  # fmt: skip
    while time.monotonic() < deadline and _ours(server, folder):
        try:  # HTTP answers before writes succeed, so only a write counts; the first one makes its bucket
            client.put_object(Bucket=_READY_BUCKET, Key="ready", Body=b"ready")
            return True
        except (BotoCoreError, ClientError) as error:
            if "NoSuchBucket" in str(error):
                with suppress(BotoCoreError, ClientError):
                    client.create_bucket(Bucket=_READY_BUCKET)
        time.sleep(0.05)
    return False


def _ours(server: LocalS3, folder: Path) -> bool:
    with suppress(OSError):
        argv = Path(f"/proc/{server.pid}/cmdline").read_bytes().split(b"\0")  # a zombie's is empty
        return argv[0].endswith(b"weed") and os.fsencode(f"-dir={folder / 'data'}") in argv
    return False


def _end(server: LocalS3, folder: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + _STOP_SECONDS
        if _ours(server, folder):
            with suppress(ProcessLookupError):
                os.kill(server.pid, number)
        while _ours(server, folder) and time.monotonic() < until:
            time.sleep(0.02)
    if child := _children.pop(server.pid, None):
        child.wait(_STOP_SECONDS)
    for port in _ports(server):  # weed leaves some of its sockets behind
        for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{port + _GRPC}.sock"):  # noqa: S108 (weed's fixed place)
            left.unlink(missing_ok=True)
