"""The pictures of the demo's page in docs/: `make demo`, then `.venv/bin/python docs/take_pictures.py`.

Needs Chromium (`apt-get install chromium`). Another show: give its folder and the episode's slug.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from pipeline.server import open_server

_DOCS = Path(__file__).parent
_DESKTOP, _SHORT, _PHONE = (1280, 1000), (1280, 780), (390, 844)
#: Picture: size, colours, and where in the sound it is taken, in seconds.
_PICTURES = {
    "page.png": (_DESKTOP, "light", None),
    "page-transcript.png": (_DESKTOP, "light", 84.0),
    "page-phone.png": (_PHONE, "dark", None),
    "page-index.png": (_SHORT, "dark", None),
}


def main(folder: str = "feeds/public", slug: str = "demo") -> None:
    """Serve the published folder and take every picture."""
    server = open_server(Path(folder), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", chromium_sandbox=False)
        for name in _PICTURES:
            path = "index.html" if "index" in name else f"episodes/{slug}/index.html"
            _take(browser, f"{base}/{path}", name)
        browser.close()
    server.shutdown()


def _take(browser: Browser, address: str, name: str) -> None:
    (width, height), colours, moment = _PICTURES[name]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=colours, reduced_motion="reduce")
    page.goto(address)
    if "index" not in name:
        page.wait_for_function("() => sound.readyState >= 1")
    if moment:
        page.evaluate("moment => { location.hash = `#t=${clock(moment)}` }", moment)
        page.wait_for_function("() => performance.now() > ownScroll && current.sentence >= 0")
    page.screenshot(path=_DOCS / name)
    page.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
