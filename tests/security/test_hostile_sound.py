"""A recording is decoded and nothing else: no file of its choice is opened, no server asked, no disk filled."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from audio_samples import make, source

from pipeline.adapters import audio
from pipeline.errors import PipelineError
from pipeline.stages import prepare
from pipeline.store import Workspace


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that notices when it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


def asked(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


#: What makes ffmpeg open other files or ask servers, if it is let. {secret} is a recording beside it, {url} a server.
TRICKS: dict[str, str] = {
    "an HLS playlist of a server": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}/a.ts\n#EXT-X-ENDLIST\n",
    "an HLS playlist of a local file": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{secret}\n#EXT-X-ENDLIST\n",
    "a concat script of a local file": "ffconcat version 1.0\nfile '{secret}'\n",
    "a concat script of a server": "ffconcat version 1.0\nfile '{url}/a.wav'\n",
    "a DASH manifest": '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="audio/mp4">'
    '<Representation id="1"><BaseURL>{url}/a.mp4</BaseURL><SegmentBase/></Representation></AdaptationSet></Period></MPD>',
    "an SDP session": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "an XSPF playlist": '<playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>{url}/a.wav</location></track></trackList></playlist>',
    "a Windows playlist": "[Reference]\nRef1={url}/a.asf\n",
    "an M3U list": "{secret}\n{url}/a.mp3\n",
}


@pytest.mark.parametrize("ending", [".wav", ".m3u8", ".mp3"])
@pytest.mark.parametrize("text", TRICKS.values(), ids=TRICKS)
def test_a_playlist_that_calls_itself_a_recording_opens_nothing(
    work: Workspace, tmp_path: Path, listener: socket.socket, text: str, ending: str
) -> None:
    secret = make(tmp_path / "secret.wav", "sine=d=1")
    path = tmp_path / f"recording{ending}"
    path.write_text(text.format(secret=secret, url=f"http://127.0.0.1:{listener.getsockname()[1]}"))
    with pytest.raises(PipelineError, match=f"recording{ending}"):
        prepare.run(work, source(path))
    assert not asked(listener)
    assert not list(work.folder.glob("*.f32"))


@pytest.mark.parametrize(
    "name",
    ["http://127.0.0.1:9/a.wav", "concat:a.wav|b.wav", "pipe:0", "data:audio,x", "subfile,,start,0,end,9,,:a.wav"],
)
def test_a_name_that_ffmpeg_would_take_for_a_protocol_is_a_file_name(
    work: Workspace, tmp_path: Path, name: str
) -> None:
    made = make(tmp_path / "plain.wav", "sine=d=1")
    path = tmp_path / name.replace("/", "_")
    made.rename(path)
    assert prepare.run(work, source(path)).duration == pytest.approx(1, abs=0.01)


def test_a_small_file_of_endless_silence_fills_no_disk(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour of silence is some kilobytes as FLAC and 230 MB decoded."""
    monkeypatch.setattr(audio, "LONGEST", 20)
    path = make(tmp_path / "endless.flac", "anullsrc=r=16000:cl=mono:d=90", "-c:a", "flac")
    assert path.stat().st_size < 64_000
    with pytest.raises(PipelineError, match=r"endless\.flac: is longer than"):
        prepare.run(work, source(path))
    assert not list(work.folder.rglob("*.f32"))


def test_a_file_that_says_it_is_years_long_is_refused(work: Workspace, tmp_path: Path) -> None:
    """A clock that jumps ahead would be filled with silence."""
    jump = ("-af", "asetpts=PTS+gte(T\\,1)*10000000/TB", "-c:a", "pcm_s16le", "-fps_mode", "passthrough")
    path = make(tmp_path / "years.mka", "sine=d=2", *jump)
    with pytest.raises(PipelineError, match=r"years\.mka"):
        prepare.run(work, source(path))
