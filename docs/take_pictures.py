"""The pictures in docs/: `make demo`, then `.venv/bin/python docs/take_pictures.py ADDRESS`, where its feed lies.

ADDRESS is what `make demo` prints, without `/feed.xml`. Needs Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_DOCS = Path(__file__).parent
_DESKTOP, _SHORT, _PHONE = (1280, 1000), (1280, 780), (390, 844)
#: Picture: size, colours, and where in the sound it is taken, in seconds.
_PICTURES = {
    "page.png": (_DESKTOP, "light", None),
    "page-transcript.png": (_DESKTOP, "light", 84.0),
    "page-phone.png": (_PHONE, "dark", None),
    "page-index.png": (_SHORT, "dark", None),
}


def main(address: str, slug: str = "demo") -> None:
    """Take every picture, and copy those that the episode was drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", chromium_sandbox=False)
        for name in _PICTURES:
            path = "index.html" if "index" in name else f"episodes/{slug}/index.html"
            _take(browser, f"{address}/{path}", name)
        browser.close()
    for name in ("waveform.svg", "loudness.svg"):
        shutil.copyfile(_DOCS.parent / f"episodes/{slug}/build/pictures/{name}", _DOCS / name)


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
