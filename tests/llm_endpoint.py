"""An endpoint that speaks OpenAI's chat completions on a free port of this machine, and behaves as a test wants."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from talk_samples import TOPICS, bag_vectors

from pipeline.adapters import embeddings
from pipeline.editorial.words import content_stems, is_content
from pipeline.models import Topics, Transcript
from pipeline.store import Workspace

KEY = "sk-planted-0123456789abcdef"
MODEL = "test-model"


@dataclass(frozen=True)
class Reply:
    """What goes back: a status, headers and a body; `hangs` never answers, until the client hangs up."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass(frozen=True)
class Asked:
    """A request as it came: its JSON, its headers, and how many came before it."""

    number: int
    path: str
    headers: dict[str, str]
    data: dict[str, Any]

    @property
    def prompt(self) -> str:
        return str(self.data["messages"][-1]["content"])

    @property
    def system(self) -> str:
        return str(self.data["messages"][0]["content"])

    @property
    def is_about_chapter(self) -> bool:
        return "<points>" not in self.prompt

    @property
    def lines(self) -> list[str]:
        """What was said, as it stands in the prompt, without numbers and speakers."""
        return [re.sub(r"^\d+ (?:\w+: )?", "", one) for one in self.shown("transcript")]

    @property
    def points(self) -> list[str]:
        return [re.sub(r"^\d+ ", "", one) for one in self.shown("points")]

    def shown(self, mark: str) -> list[str]:
        found = re.search(rf"^<{mark}>\n(.*?)\n</{mark}>$", self.prompt, re.DOTALL | re.MULTILINE)
        return found[1].splitlines() if found else []


Behaviour = Callable[[Asked], Reply]


def completion(content: str | dict[str, Any] | None, *, finish: str = "stop", **usage: int) -> Reply:
    """An answer of the model, as the API wraps it."""
    text = json.dumps(content) if isinstance(content, dict) else content
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    return Reply(json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage or None}))


def refusal(status: int, message: str = "no", code: str | None = None) -> Reply:
    """An error as OpenAI words it; a retry, where the client makes one, comes at once."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}})
    return Reply(body, status, {"Content-Type": "application/json", "retry-after-ms": "1"})


def chapter_answer(asked: Asked, **changed: Any) -> dict[str, Any]:
    """An honest answer about a chapter: a title of the words said most, sentences as points, long ones to quote."""
    words = Counter(word for line in asked.lines for word in re.findall(r"\b[a-z]+", line) if is_content(word))
    title = " ".join(word for word, _ in words.most_common(2)).capitalize() or "Music"
    told = [at for at, line in enumerate(asked.lines, start=1) if len(line.split()) > 5 and not line.endswith("?")]
    points = [{"text": asked.lines[at - 1], "lines": [at]} for at in told[:3] or [1]]
    return {"title": title, "points": points, "quotes": told[-2:], **changed}


def episode_answer(asked: Asked, **changed: Any) -> dict[str, Any]:
    """An honest answer about an episode, from the points shown."""
    told = [{"text": point[:140], "points": [at]} for at, point in enumerate(asked.points, start=1)]
    name = " and ".join(content_stems(asked.points[0])[:1])
    title = {"text": name.capitalize(), "points": [1]}
    keywords = [next(word for word in asked.points[-1].split() if is_content(word.strip(".,")))]
    return {"headline": told[0], "summary": told[:3], "title": title, "keywords": keywords, "quotes": [1, 2], **changed}


def answer_well(asked: Asked) -> Reply:
    """Does what it was asked."""
    made = chapter_answer(asked) if asked.is_about_chapter else episode_answer(asked)
    return completion(made, prompt_tokens=len(asked.prompt + asked.system) // 4, completion_tokens=100)


def answer_with(**changed: Any) -> Behaviour:
    """Answers well, but for some keys of what it says of chapters."""
    return lambda asked: completion(chapter_answer(asked, **changed)) if asked.is_about_chapter else answer_well(asked)


def always(reply: Reply) -> Behaviour:
    """The same to every question."""
    return lambda asked: reply


def first(*replies: Reply, then: Behaviour = answer_well) -> Behaviour:
    """Some replies to the first questions, then a behaviour."""
    return lambda asked: replies[asked.number] if asked.number < len(replies) else then(asked)


def chosen_topics(work: Workspace, said: Transcript) -> Topics:
    """Topics that turn where those of the samples do."""
    openings = tuple(topic[0][1].split(".")[0] for topic in TOPICS)
    vectors = bag_vectors([one.text for one in said.segments])
    return Topics(
        model="made up",
        segments=tuple(one.id for one in said.segments),
        vectors=work.keep_bytes(embeddings.to_npy(vectors), "topics.npy"),
        turns=tuple(0.9 if at and one.text.startswith(openings) else 0.0 for at, one in enumerate(said.segments)),
    )


@dataclass
class Endpoint:
    """A running endpoint: its address, how it behaves, and what it was asked."""

    url: str
    behave: Behaviour = answer_well
    asked: list[Asked] = field(default_factory=list)
    models: tuple[str, ...] = (MODEL,)

    @property
    def settings(self) -> dict[str, Any]:
        """What `editorial.llm` says of it."""
        return {"base_url": f"{self.url}/v1", "model": MODEL, "timeout": 10, "retries": 1}


@contextlib.contextmanager
def serving() -> Iterator[Endpoint]:
    """An endpoint on a free port, stopped at the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            known = [{"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in endpoint.models]
            self._send(Reply(json.dumps({"object": "list", "data": known})))

        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(
                len(endpoint.asked), self.path, {name.lower(): value for name, value in self.headers.items()}, data
            )
            endpoint.asked.append(asked)
            self._send(endpoint.behave(asked) if self.path == "/v1/chat/completions" else Reply("<h1>404</h1>", 404))

        def _send(self, reply: Reply) -> None:
            if reply.hangs:
                self.connection.recv(1)
                self.close_connection = True
                return
            body = reply.body.encode()
            with contextlib.suppress(ConnectionError):
                self.send_response(reply.status)
                headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **reply.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = "Content-Length" in reply.headers

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
