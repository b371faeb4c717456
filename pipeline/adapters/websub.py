"""Telling a WebSub hub that a feed changed, so that its subscribers need not ask."""

from __future__ import annotations

from urllib.parse import urlencode

from pipeline.adapters import web

_PATIENCE = 5.0


def ping(hub: str, topic: str) -> str | None:
    """Ask the hub to fetch `topic`; why it did not take the request, as a clause, or None when it did.

    WebSub (W3C, 2018) leaves to hubs how they are told; they take PubSubHubbub 0.4's `hub.mode=publish` with the
    address as `hub.url`, and some read it as `hub.topic`.
    """
    form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    try:
        answer = web.Client(patience=_PATIENCE, deadline=2 * _PATIENCE).ask(
            hub, method="POST", headers=headers, body=form, limit=4096
        )
    except web.WebError as error:
        return str(error)
    return None if answer.ok else f"answers {answer.status}"
