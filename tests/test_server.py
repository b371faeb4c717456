import email.utils
import http.client
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError, StageError
from pipeline.server import Span, open_server, parse_range, serve

BODY = bytes(range(256)) * 1000


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """A served folder: files of every sort in it, and a secret outside of it."""
    root = tmp_path_factory.mktemp("site")
    folder = root / "public"
    (folder / "episodes" / "one").mkdir(parents=True)
    (root / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(root / "secret.txt")
    (folder / ".feed.xml.tmp").write_text("half")
    for name in (
        "feed.xml", "index.html", "cover-0123456789ab.jpg", "site.js", "site.css", "episodes/one/transcript.vtt",
        "episodes/one/transcript.srt", "episodes/one/transcript.json", "episodes/one/chapters-0123456789ab.json",
        "episodes/one/index.html", "episodes/one/notes.md", "episodes/one/what.bin", "episodes/one/a b.txt",
    ):  # fmt: skip
        (folder / name).write_text(f"{name} é")
    (folder / "empty.mp3").touch()
    (folder / "sound-0123456789ab.mp3").write_bytes(BODY)
    server = open_server(folder, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


SOUND = "/sound-0123456789ab.mp3"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        (SOUND, "audio/mpeg"),
        ("/cover-0123456789ab.jpg", "image/jpeg"),
        ("/site.js", "text/javascript; charset=utf-8"),
        ("/site.css", "text/css; charset=utf-8"),
        ("/episodes/one/transcript.vtt", "text/vtt; charset=utf-8"),
        ("/episodes/one/transcript.srt", "application/x-subrip; charset=utf-8"),
        ("/episodes/one/transcript.json", "application/json"),
        ("/episodes/one/chapters-0123456789ab.json", "application/json+chapters"),
        ("/episodes/one/what.bin", "application/octet-stream"),
        ("/episodes/one/a%20b.txt?x=1", "text/plain; charset=utf-8"),
    ],
)
def test_file_comes_with_its_type_length_and_leave_for_other_origins(public, path, media_type):
    status, headers, body = ask(public, path)
    assert (status, headers["Content-Type"]) == (200, media_type)
    assert int(headers["Content-Length"]) == len(body) > 0
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-", 0, 255_999),
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=255999-", 255_999, 255_999),
        ("bytes=255000-999999", 255_000, 255_999),
        ("bytes=-10", 255_990, 255_999),
        ("bytes=-999999", 0, 255_999),
    ],
)
def test_range_brings_just_those_bytes(public, wanted, first, last):
    status, headers, body = ask(public, SOUND, Range=wanted)
    assert status == 206
    assert headers["Content-Range"] == f"bytes {first}-{last}/256000"
    assert body == BODY[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=256000-", "bytes=999999-1000000", "bytes=-0"])
def test_range_outside_of_the_file_is_refused_with_its_size(public, wanted):
    status, headers, _ = ask(public, SOUND, Range=wanted)
    assert (status, headers["Content-Range"]) == (416, "bytes */256000")


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=0-1,5-6", "chapters=1-2", "bytes=a-b", "bytes=-", ""])
def test_range_that_makes_no_sense_is_ignored(public, wanted):
    status, _, body = ask(public, SOUND, Range=wanted)
    assert (status, body) == (200, BODY)


def test_empty_file_is_served_and_has_no_range(public):
    assert ask(public, "/empty.mp3")[::2] == (200, b"")
    assert ask(public, "/empty.mp3", Range="bytes=0-")[0] == 416


@given(st.one_of(st.from_regex(r"\Abytes=\d{0,6}-\d{0,6}\Z"), st.text(max_size=20)), st.integers(0, 10**6))
def test_any_range_lies_inside_the_file_or_is_ignored_or_refused(header, size):
    try:
        span = parse_range(header, size)
    except ValueError:
        return
    assert span is None or (isinstance(span, Span) and 0 <= span.first <= span.last < size)


def test_range_is_given_only_of_the_file_that_the_client_knows(public):
    _, headers, _ = ask(public, SOUND, method="HEAD")
    for known in (headers["ETag"], headers["Last-Modified"]):
        assert ask(public, SOUND, Range="bytes=0-9", If_Range=known)[0] == 206
    for other in ('"other"', email.utils.formatdate(0, usegmt=True)):
        assert ask(public, SOUND, Range="bytes=0-9", If_Range=other)[::2] == (200, BODY)


def test_unchanged_file_is_not_sent_again(public):
    tag = ask(public, "/feed.xml")[1]["ETag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        status, headers, body = ask(public, "/feed.xml", If_None_Match=known)
        assert (status, headers["ETag"], body) == (304, tag, b"")
    assert ask(public, "/feed.xml", If_None_Match='"x"')[0] == 200


def test_only_names_that_carry_their_digest_may_be_cached_for_ever(public):
    assert "immutable" in ask(public, SOUND)[1]["Cache-Control"]
    assert ask(public, "/feed.xml")[1]["Cache-Control"] == "no-cache"


def test_head_says_all_that_get_does_without_the_body(public):
    for path in ("/feed.xml", "/nowhere", SOUND):
        got, head = ask(public, path), ask(public, path, method="HEAD")
        assert head[0] == got[0]
        assert head[1]["Content-Length"] == got[1]["Content-Length"]
        assert head[2] == b""


def test_browser_may_ask_for_ranges_from_another_origin(public):
    status, headers, _ = ask(public, SOUND, method="OPTIONS", Origin="https://player.example")
    assert status == 204
    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Range" in headers["Access-Control-Allow-Headers"]


def test_folder_is_its_index_page(public):
    assert ask(public, "/")[2] == "index.html é".encode()
    assert ask(public, "/episodes/one/")[2] == "episodes/one/index.html é".encode()
    status, headers, _ = ask(public, "/episodes/one")
    assert (status, headers["Location"]) == (301, "/episodes/one/")
    assert ask(public, "/episodes/")[0] == 404


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/episodes/../../secret.txt", "/..%2fsecret.txt", "//etc/passwd",
     "/etc/passwd", "/link.txt", "/.feed.xml.tmp", "/%00", "/" + "a" * 5000, "/nowhere"],
)  # fmt: skip
def test_nothing_outside_of_the_folder_is_served(public, path):
    status, _, body = ask(public, path)
    assert status == 404
    assert b"secret" not in body


def test_redirect_never_leads_to_another_host(public):
    status, headers, _ = ask(public, "//episodes")
    assert status == 301
    assert headers["Location"] == "/episodes/"


def test_nothing_can_be_written(public):
    for method in ("POST", "PUT", "DELETE"):
        assert ask(public, "/feed.xml", method=method)[0] == 501


def test_many_listeners_are_served_at_once(public):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(public, SOUND)[2] == BODY, range(64)))
    assert all(answers)


def test_missing_folder_and_taken_port_are_said_plainly(public, tmp_path):
    with pytest.raises(InputError, match="there is no such folder"):
        open_server(tmp_path / "none", 0)
    with pytest.raises(StageError, match=f"port {public} .* is taken"):
        open_server(tmp_path, public)
    with pytest.raises(StageError, match="port 99999"):
        open_server(tmp_path, 99999)


def test_serve_says_where_it_is_and_logs_each_answer(tmp_path):
    (tmp_path / "feed.xml").write_text("<rss/>")
    lines: list[str] = []
    addresses: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: serve(tmp_path, 0, ready=addresses.put, log=lines.append), daemon=True).start()
    host, _, port = addresses.get(timeout=10).rpartition(":")
    assert host == "http://127.0.0.1"
    assert ask(int(port), "/feed.xml")[::2] == (200, b"<rss/>")
    assert lines == ['"GET /feed.xml HTTP/1.1" 200 -']
