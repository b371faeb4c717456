"""The episode page in a real browser: what a listener does, and that nothing leaves the origin."""

import threading

import packaged_samples as sample
import pytest

from pipeline import site
from pipeline.models import Catalog
from pipeline.server import open_server
from pipeline.store import Workspace

pytestmark = pytest.mark.real
FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
# Long enough that the transcript does not fit on the screen.
LONG_TALK = tuple(
    (f"Speaker {'AB'[n // 3 % 2]}", f"Sentence number {n} of the talk. " + "It has words enough to fill a line. " * 2)
    for n in range(30)
)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The address of a show with one short episode (tide) and one that scrolls (long)."""
    root = tmp_path_factory.mktemp("site")
    for slug, talk in (("tide", sample.TALK), ("long", LONG_TALK)):
        work = Workspace(root / slug)
        made = sample.make_package(work, transcript=sample.make_transcript(talk), slug=slug)
        sample.publish_to(root / "public", work, made, slug)
    cover = next((root / "public").glob("cover-*.jpg")).name
    index = site.render_index(sample.SHOW, Catalog(show_guid="g"), cover, sample.BASE)
    (root / "public" / "index.html").write_text(index)
    for file in site.static_files():
        (root / "public" / file.key).write_bytes(file.data)
    server = open_server(root / "public", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(need):
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    program = need("chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, chromium_sandbox=False, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser, published):
    """`visit(path)` opens a page; at the end no page may have complained or asked another origin for anything."""
    complaints: list[str] = []
    contexts = []

    def open_page(path="episodes/tide/index.html", ready=True, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(published) else complaints.append(asked.url))
        page.goto(f"{published}/{path}")
        if ready:
            page.wait_for_function("() => sound.readyState >= 1")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def now(page):
    return page.evaluate("sound.currentTime")


def said_now(page):
    return page.locator(".now").all_inner_texts()


def test_sound_plays_and_the_transcript_follows(visit):
    page = visit()
    page.evaluate("sound.currentTime = 3.5; sound.play()")
    page.wait_for_function("() => sound.currentTime > 4.1 && !sound.paused")
    page.wait_for_function(
        "() => document.querySelector('.now')?.textContent === 'The tide machine stands in the hall.'"
    )
    page.wait_for_function("() => document.querySelector('.now')?.textContent === 'It is made of brass & iron.'")
    assert page.locator("#chapter-list [aria-current]").inner_text().split() == ["0:06", "Brass", "and", "iron"]


def test_clicking_a_sentence_plays_from_it(visit):
    page = visit()
    page.get_by_text("Who drew the first tide?").click()
    page.wait_for_function("() => !sound.paused")
    page.evaluate("sound.pause()")
    assert now(page) == pytest.approx(10.0, abs=0.3)
    assert said_now(page) == ["Who drew the first tide?"]


def test_chapter_and_time_links_seek_and_show_in_the_address(visit):
    page = visit()
    page.evaluate("sound.play = () => Promise.resolve()")
    page.locator("#chapter-list a").nth(1).click()
    assert now(page) == pytest.approx(6.0, abs=0.05)
    assert page.url.endswith("#t=0:06")
    page.locator(".quote .at").click()
    assert now(page) == pytest.approx(12.0, abs=0.05)


@pytest.mark.parametrize(("moment", "second"), [("0:10", 10), ("10", 10), ("7.5", 7.5), ("0:00:06", 6), ("9:59", 16)])
def test_deep_link_starts_at_its_moment(visit, moment, second):
    page = visit(f"episodes/tide/index.html#t={moment}")
    page.wait_for_function("() => sound.currentTime > 1")
    assert now(page) == pytest.approx(second, abs=0.3)


def test_address_that_changes_moves_the_sound(visit):
    page = visit()
    page.evaluate("location.hash = '#t=0:08'")
    page.wait_for_function("() => Math.abs(sound.currentTime - 8) < 0.05")
    page.evaluate("location.hash = '#nonsense'")
    assert now(page) == pytest.approx(8, abs=0.05)


def test_keys_play_skip_step_and_change_speed(visit):
    page = visit()
    page.keyboard.press("l")
    assert now(page) == pytest.approx(16.0, abs=0.3)
    page.keyboard.press("j")
    assert now(page) == pytest.approx(1.0, abs=0.3)
    page.keyboard.press("n")
    assert now(page) == pytest.approx(2.0, abs=0.05)
    page.keyboard.press("n")
    page.keyboard.press("p")
    assert said_now(page) == ["Welcome to the island."]
    page.keyboard.press(">")
    assert page.evaluate("sound.playbackRate") == 1.25
    page.keyboard.press("<")
    page.keyboard.press("k")
    page.wait_for_function("() => !sound.paused")
    page.keyboard.press(" ")
    page.wait_for_function("() => sound.paused")
    page.keyboard.press("/")
    page.keyboard.type("jkl")
    assert page.locator("#query").input_value() == "jkl"
    assert page.evaluate("sound.playbackRate") == 1


def test_keys_can_be_switched_off(visit):
    page = visit()
    page.locator("#keys summary").click()
    page.locator("#keys-on").uncheck()
    page.locator("h1").click()
    page.keyboard.press("l")
    assert now(page) == 0


def test_buttons_skip_and_speed_is_remembered(visit):
    page = visit()
    page.evaluate("sound.currentTime = 15.5")
    page.get_by_role("button", name="Back 15 seconds").click()
    assert now(page) == pytest.approx(0.5, abs=0.05)
    page.get_by_role("button", name="Ahead 30 seconds").click()
    assert now(page) == pytest.approx(16, abs=0.3)
    page.get_by_label("Speed").select_option("1.5")
    page.reload()
    page.wait_for_function("() => sound.readyState >= 1 && sound.playbackRate === 1.5")
    assert page.get_by_label("Speed").input_value() == "1.5"


def test_search_finds_marks_and_walks_through(visit):
    page = visit()
    page.get_by_label("Search the transcript").fill("TIDE")
    assert page.locator("#found").inner_text() == "2 found"
    assert page.locator("#words mark").all_inner_texts() == ["tide", "tide"]
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#found").inner_text() == "2 of 2"
    assert page.locator(".chosen").inner_text() == "Who drew the first tide?"
    page.keyboard.press("Shift+Enter")
    assert page.locator("#found").inner_text() == "1 of 2"
    page.get_by_label("Search the transcript").fill("<b>")
    assert page.locator("#found").inner_text() == "none found"
    page.get_by_label("Search the transcript").fill("")
    assert page.locator("#words mark").count() == 0


def test_link_to_this_moment_is_copied(visit, published):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("sound.currentTime = 9.2")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{published}/episodes/tide/index.html#t=0:09"


def in_view(page, number):
    return page.evaluate(
        "n => { const box = sentences[n].getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }",
        number,
    )


def test_page_scrolls_with_the_sound_until_the_reader_scrolls(visit):
    page = visit("episodes/long/index.html", reduced_motion="reduce")
    page.evaluate(
        """async () => {
            sentences[1].scrollIntoView({ block: 'center' });
            for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
            sound.muted = true;
            await sound.play();
        }"""
    )
    page.evaluate("sound.currentTime = 4.1")
    page.wait_for_function("() => current.sentence === 1")
    page.evaluate("sound.currentTime = 42.1")
    page.wait_for_function("() => current.sentence === 20")
    assert in_view(page, 20)
    page.mouse.move(640, 500)
    page.mouse.wheel(0, -20_000)
    page.wait_for_function("() => scrollY === 0 && !following")
    page.evaluate("sound.currentTime = 54.1")
    page.wait_for_function("() => current.sentence === 26")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Follow the sound").click()
    assert in_view(page, 26)
    assert page.locator("#follow").is_hidden()


def test_reader_of_the_notes_is_not_carried_away(visit):
    page = visit("episodes/long/index.html")
    page.evaluate("sound.muted = true; sound.play()")
    page.evaluate("sound.currentTime = 50.1")
    page.wait_for_function("() => current.sentence === 24")
    assert page.evaluate("scrollY") == 0
    assert page.locator("#follow").is_visible()


def test_page_reads_and_links_work_without_javascript(visit):
    page = visit("episodes/tide/index.html", ready=False, java_script_enabled=False)
    assert page.locator("audio[controls]").is_visible()
    assert page.get_by_text("Hedvig did, in one long night.").first.is_visible()
    assert page.locator("#controls").is_hidden()
    page.locator("#chapter-list a").nth(2).click()
    assert page.url.endswith("#t=0:10")
    assert page.locator(":target").inner_text() == "Who drew the first tide?"


@pytest.mark.parametrize("path", ["episodes/tide/index.html", "index.html"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_sticks_out(visit, node_clients, path, width, scheme):
    page = visit(path, ready=False, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page.add_script_tag(path=node_clients / "node_modules/axe-core/axe.min.js")
    found = page.evaluate(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
    )
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_sound_cover_and_style_are_really_loaded(visit):
    page = visit()
    assert page.evaluate("sound.duration") == pytest.approx(16, abs=0.2)
    assert page.evaluate("document.querySelector('.cover').naturalWidth") == 300
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 248, 247)"
