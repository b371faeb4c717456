"""Rules about texts and addresses: lengths, HTML, links, and what a careless program does to letters."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from pipeline.feed_check.feed import Feed, quoted
from pipeline.feed_check.findings import Hit
from pipeline.feed_check.namespaces import CONTENT, ITUNES, PODCAST, shown
from pipeline.formats.xml import Node

MAX_VALUE = 255
MAX_BYTES = 4000
_URL = re.compile(r"https?://[!-~]+")
_ALLOWED_TAGS = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"}
_ACTIVE_TAGS = {"script", "iframe", "object", "embed", "applet", "form", "input", "button", "style", "link", "meta"} | {
    "base", "svg", "math", "frame", "frameset", "video", "audio",
}  # fmt: skip
_LINK_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_ACTIVE_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")
_LONG_TEXTS = {"description", ITUNES + "summary", CONTENT + "encoded", PODCAST + "txt"}
_SHORT = {"title", ITUNES + "title", ITUNES + "author", "copyright"}
_ENTITY_OR_TAG = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});|</?(?:p|br|b|i|a|em|strong|span)\b[^>]*>", re.I)
_GARBLED = re.compile("�|Ã[\u0080-¿ƒ‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-¿œ™“”˜¦¢]|Â[\u00a0-¿]")
_SIGNATURES = {"x-amz-signature", "x-amz-credential", "awsaccesskeyid", "x-goog-signature", "sig", "expires"}


def long_values(feed: Feed) -> Iterator[Hit]:
    """Values have at most 255 characters."""
    for node in feed.nodes:
        if len(node.text) > MAX_VALUE and not node.children and node.name not in _LONG_TEXTS:
            size = len(node.text.strip())
            if size > MAX_VALUE:
                yield node, f"{shown(node.name)} has {size} characters"


def long_descriptions(feed: Feed) -> Iterator[Hit]:
    """Descriptions have at most 4000 bytes."""
    for node in feed.every("description", ITUNES + "summary"):
        if len(node.text) * 4 > MAX_BYTES and (size := len(node.text.strip().encode(errors="replace"))) > MAX_BYTES:
            yield node, f"{shown(node.name)} has {size} bytes"


def white_space(feed: Feed) -> Iterator[Hit]:
    """Values have no white space around them."""
    for node in feed.every("title", "guid", "link", "language", "pubDate", ITUNES + "duration", ITUNES + "title"):
        if node.text != node.text.strip() and node.text.strip():
            yield node, f"{shown(node.name)} has white space around {quoted(node.text)}"


def foreign_html(feed: Feed) -> Iterator[Hit]:
    """Descriptions have only the HTML that Apple shows."""
    for node, tags in feed.html():
        if node.name == "description" and node.parent is not feed.channel:
            foreign = sorted({name for name, _ in tags} - _ALLOWED_TAGS - _ACTIVE_TAGS - {"img"})
            if foreign:
                yield node, f"the description has {', '.join(f'<{name}>' for name in foreign[:8])}"


def active_html(feed: Feed) -> Iterator[Hit]:
    """Nothing in a text runs, loads or sends anything."""
    for node, tags in feed.html():
        for name, attributes in tags:
            runs = next((key for key in attributes if key.startswith("on")), None)
            to = "".join(attributes.get("href", attributes.get("src", "")).split()).lower()
            if name in _ACTIVE_TAGS:
                yield node, f"{shown(node.name)} has <{name}>"
            elif runs:
                yield node, f"{shown(node.name)} has <{name} {runs}=…>"
            elif to.startswith(_ACTIVE_SCHEMES):
                yield node, f"{shown(node.name)} has <{name}> with {quoted(to)}"


def tracking_pixels(feed: Feed) -> Iterator[Hit]:
    """Nothing in a text tells somebody that it was read."""
    for node, tags in feed.html():
        for name, attributes in tags:
            style = attributes.get("style", "").replace(" ", "").lower()
            tiny = {attributes.get("width", ""), attributes.get("height", "")} & {"0", "1", "0px", "1px"}
            if name == "img" and (tiny or "display:none" in style or "visibility:hidden" in style):
                yield node, f"{shown(node.name)} has an invisible picture: {quoted(attributes.get('src'))}"


def relative_links(feed: Feed) -> Iterator[Hit]:
    """A link in a text has a whole address: an app is on no page to start from."""
    for node, tags in feed.html():
        for name, attributes in tags:
            to = attributes.get("href") if name == "a" else attributes.get("src") if name == "img" else None
            if to is not None and not "".join(to.split()).lower().startswith((*_LINK_SCHEMES, *_ACTIVE_SCHEMES)):
                yield node, f"{shown(node.name)} links to {quoted(to)}"


def cdata_ends(feed: Feed) -> Iterator[Hit]:
    """The end of a CDATA section is not to be read in a text."""
    for node in feed.every("description", ITUNES + "summary", CONTENT + "encoded"):
        if "]]>" in node.text:
            yield node, f"listeners read ']]>' in {shown(node.name)}"


def escaped_twice(feed: Feed) -> Iterator[Hit]:
    """Titles and names are plain text."""
    for node in feed.every(*sorted(_SHORT)):
        if found := _ENTITY_OR_TAG.search(node.text[: MAX_VALUE * 4]):
            yield node, f"listeners read {found.group()[:40]!r} in {shown(node.name)}"


def garbled_letters(feed: Feed) -> Iterator[Hit]:
    """Letters were not read in one encoding and written in another."""
    for node in feed.nodes:
        if not node.text.isascii() and (found := _GARBLED.search(node.text)):
            around = node.text[max(0, found.start() - 10) : found.end() + 10]
            yield node, f"{shown(node.name)} has broken letters: {quoted(around)}"


def urls(feed: Feed) -> Iterator[Hit]:
    """Addresses are absolute and in ASCII."""
    for node, url in feed.links:
        if not _URL.fullmatch(url) and node.name != ITUNES + "new-feed-url":
            yield node, f"{shown(node.name)} points to {quoted(url)}"


def plain_http(feed: Feed) -> Iterator[Hit]:
    """Addresses are https: apps and pages refuse the rest more and more."""
    for site, nodes in _sites(feed).items():
        linked = [node for node in nodes if node.name not in ("link", "docs", "comments")]
        if linked and site.startswith("http://") and not _is_private(site):
            yield linked[0], f"{_with_others(linked)} at {quoted(site)}, not at https"


def private_addresses(feed: Feed) -> Iterator[Hit]:
    """Addresses are reachable from everywhere."""
    for site, nodes in _sites(feed).items():
        if _is_private(site):
            yield nodes[0], f"{_with_others(nodes)} at {quoted(site)}, which only this machine or network knows"


def _sites(feed: Feed) -> dict[str, list[Node]]:
    """What is linked to on each site: `https://example.org`."""
    found: dict[str, list[Node]] = {}
    for node, url in feed.links:
        found.setdefault("/".join(url.split("/", 3)[:3]), []).append(node)
    return found


def _with_others(nodes: list[Node]) -> str:
    return f"{shown(nodes[0].name)}{f' and {len(nodes) - 1} more are' if len(nodes) > 1 else ' is'}"


def _is_private(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan"))


def secret_addresses(feed: Feed) -> Iterator[Hit]:
    """An address that is signed stops working, and one with a password tells it."""
    for node, url in feed.links:
        if "@" not in url and "?" not in url:
            continue
        try:
            parts = urlsplit(url)
            keys = {key.lower() for key, _ in parse_qsl(parts.query, max_num_fields=100)}
        except ValueError:
            continue
        if parts.password or keys & _SIGNATURES:
            kind = "a password" if parts.password else "a signature that expires"
            yield node, f"{shown(node.name)} has an address with {kind}"
