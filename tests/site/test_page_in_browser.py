"""The episode page in a real browser: what a listener does, and that nothing leaves the origin."""

import threading

import numpy as np
import packaged_samples as sample
import pytest
from audio_samples import ffmpeg, make
from tag_samples import ABOUT

from pipeline import site
from pipeline.adapters import tags_mp3, tags_mp4, tags_ogg
from pipeline.models import Catalog, Chapter, Chapters, Clip, Credit, Enclosure, Episode, NoteLine, Person
from pipeline.server import open_server
from pipeline.site import index_page
from pipeline.store import Workspace

pytestmark = pytest.mark.real
FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
# Titles and words that must stay text, whatever they look like.
HOSTILE = "</script><img src=x onerror=alert(1)>]]> \"' & \u202e<b> مرحبا 潮を描いた 👩‍👩‍👧"
# Long enough that the transcript does not fit on the screen.
LONG_TALK = tuple(
    (f"Speaker {'AB'[n // 3 % 2]}", f"Sentence number {n} of the talk. " + "It has words enough to fill a line. " * 2)
    for n in range(150)
)


def full_notes(talk):
    """Notes with everything that a page can show."""
    second = talk.segments[2]
    return sample.make_notes(talk).model_copy(
        update={
            "headline": NoteLine(text="A machine that knows the sea.", start=0, segments=(0,)),
            "covered": (NoteLine(text="What it is made of.", start=second.start, segments=(2,)),),
            "people": (
                Credit(name="Hedvig Kjærlund", role="mentioned", link="https://x.example", start=10, segment=5),
            ),
        }
    )


def hostile_package(work):
    """An episode whose every text is an attack, in several scripts."""
    talk = sample.make_transcript(((HOSTILE, HOSTILE),) * 6).model_copy(update={"language": "ar"})
    chapters = Chapters(chapters=(Chapter(start=0, title=HOSTILE), Chapter(start=4, title=HOSTILE * 9)))
    episode = sample.EPISODE.model_copy(update={"title": HOSTILE * 150, "language": "ar"})
    return sample.make_package(work, transcript=talk, chapters=chapters, episode=episode, slug="hostile")


def list_episodes(count):
    """The catalog's records of so many episodes, newest first."""
    return tuple(
        Episode(
            guid=f"g{number}", slug="tide", title=HOSTILE if number == count else f"Talk {number} of the tide",
            published=f"{2020 + number // 2}-03-02T00:00:00+00:00", summary=f"Summary {number}.", notes_html="",
            notes_text="", duration=60, page_url="https://x.example", number=number,
            enclosure=Enclosure(url="https://x.example/a.mp3", length=1, type="audio/mpeg"),
            people=(Person(name="Hedvig Kjærlund"),) if number % 2 else (),
        )
        for number in range(count, 0, -1)
    )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where the show is made; what is public of it is in public/."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def published(place):
    """The address of a show of six episodes: one short (tide), one that scrolls (long), one full of attacks (hostile)."""
    clip = sample.EPISODE.model_copy(update={"soundbites": (Clip(start=6, duration=2, title="Brass"),)})
    talks = {slug: sample.make_transcript(talk) for slug, talk in (("tide", sample.TALK), ("long", LONG_TALK))}
    for slug, talk in talks.items():
        work = Workspace(place / slug)
        made = sample.make_package(work, transcript=talk, notes=full_notes(talk), episode=clip, slug=slug)
        sample.publish_to(place / "public", work, made, slug)
    work = Workspace(place / "hostile")
    sample.publish_to(place / "public", work, hostile_package(work), "hostile")
    cover = next(one.name for one in (place / "public").glob("cover-*.jpg") if "small" not in one.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_page, "IN_FULL", 2)
        for name, count in (("index.html", 6), ("empty.html", 0)):
            catalog = Catalog(show_guid="g", episodes=list_episodes(count))
            (place / "public" / name).write_text(site.render_index(sample.SHOW, catalog, cover, sample.BASE))
    for file in site.static_files():
        (place / "public" / file.key).write_bytes(file.data)
    server = open_server(place / "public", 0)
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


@pytest.mark.parametrize(
    ("moment", "second"),
    [("0:10", 10), ("10", 10), ("7.5", 7.5), ("0:00:06", 6), ("9:59", 16), ("0%3A10", 10), ("0:10,0:12", 10)],
)
def test_deep_link_starts_at_its_moment(visit, moment, second):
    page = visit(f"episodes/tide/index.html#t={moment}")
    page.wait_for_function("() => sound.currentTime > 1")
    assert now(page) == pytest.approx(second, abs=0.3)


def test_address_that_changes_moves_the_sound(visit):
    page = visit()
    page.evaluate("location.hash = '#t=0:08'")
    page.wait_for_function("() => Math.abs(sound.currentTime - 8) < 0.05")
    for nonsense in ("#nonsense", "#t=", "#t=%", "#t=1:2:3:4", "#t=0:0x"):
        page.evaluate("hash => { location.hash = hash }", nonsense)
    page.evaluate("new Promise(requestAnimationFrame)")
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
    page.keyboard.press("]")
    assert now(page) == pytest.approx(6.0, abs=0.05)
    page.keyboard.press("]")
    page.keyboard.press("[")
    assert now(page) == pytest.approx(6.0, abs=0.05)
    page.keyboard.press("5")
    assert now(page) == pytest.approx(8.0, abs=0.1)
    page.keyboard.press("m")
    assert page.evaluate("sound.muted")
    page.keyboard.press("?")
    assert page.locator("#keys-on").is_visible()
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
    page.reload()
    page.wait_for_function("() => !find('keys-on').checked")


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


def marked(page):
    return page.evaluate("[...CSS.highlights.get('found')].map(String)")


def test_search_finds_marks_and_walks_through(visit):
    page = visit()
    box = page.get_by_label("Search the transcript")
    box.fill("TIDE")
    assert page.locator("#found").inner_text() == "2 found"
    assert marked(page) == ["tide", "tide"]
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#found").inner_text() == "2 of 2"
    assert page.locator(".chosen").inner_text() == "Who drew the first tide?"
    page.keyboard.press("Shift+Enter")
    assert page.locator("#found").inner_text() == "1 of 2"
    page.get_by_role("button", name="Previous hit").click()
    assert page.locator("#found").inner_text() == "2 of 2"
    box.fill("<b>")
    assert page.locator("#found").inner_text() == "none found"
    assert page.get_by_role("button", name="Next hit").is_disabled()
    box.fill("")
    assert (marked(page), page.locator("#found").inner_text()) == ([], "")


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Hedvig Kjærlund", "kjaer", "Kjær"),
        ("Marçal à la plage", "A LA", "à la"),
        ("İstanbul'da İki", "iki", "İki"),
        ("Łódź, 1924", "lodz", "Łódź"),
        ("مُحَمَّد", "محمد", "مُحَمَّد"),
        ("潮を描いた機械", "機械", "機械"),
    ],
)
def test_search_minds_neither_case_nor_accents(visit, text, query, found):
    page = visit()
    page.evaluate("text => { sentences[1].textContent = text }", text)
    page.get_by_label("Search the transcript").fill(query)
    assert marked(page) == [found]


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


RULES = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }"


@pytest.mark.parametrize(
    "path", ["episodes/tide/index.html", "episodes/hostile/index.html", "index.html", "empty.html"]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_either_colours_and_nothing_sticks_out(visit, node_clients, path, width):
    page = visit(path, ready=False, viewport={"width": width, "height": 800}, bypass_csp=True)
    page.add_script_tag(path=node_clients / "node_modules/axe-core/axe.min.js")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        found = page.evaluate(f"axe.run(document, {RULES})")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_clip_plays_and_stops_where_it_ends(visit):
    page = visit()
    page.get_by_role("link", name="Hear 2 seconds").click()
    page.wait_for_function("() => !sound.paused")
    assert now(page) == pytest.approx(6.0, abs=1)
    page.wait_for_function("() => sound.paused")
    assert now(page) == pytest.approx(8.0, abs=0.7)
    page.evaluate("sound.play()")
    page.wait_for_function("() => sound.currentTime > 9")
    assert not page.evaluate("sound.paused")


def test_listener_who_comes_back_is_where_they_stopped(visit):
    page = visit("episodes/long/index.html")
    page.evaluate("sound.currentTime = 30")
    page.evaluate("sound.play()")
    page.wait_for_function("() => sound.currentTime > 30")
    page.evaluate("sound.pause()")
    page.wait_for_function("() => localStorage.getItem(placeKey)")
    page.reload()
    page.get_by_text("You were at 0:30.").wait_for()
    assert now(page) == pytest.approx(30, abs=1.5)
    page.get_by_role("button", name="Start over").click()
    page.wait_for_function("() => !sound.paused && sound.currentTime < 10")
    assert page.locator("#resumed").is_hidden()
    page.evaluate("sound.pause(); localStorage.setItem(placeKey, '30')")
    page.goto(page.url.partition("#")[0] + "#t=0:12")
    page.reload()
    page.wait_for_function("() => Math.abs(sound.currentTime - 12) < 0.3")
    assert page.locator("#resumed").is_hidden()


def test_lock_screen_knows_title_cover_and_chapters(visit):
    page = visit()
    told = page.evaluate(
        "(({title, artist, artwork}) => ({title, artist, src: artwork[0].src}))(navigator.mediaSession.metadata)"
    )
    assert (told["title"], told["artist"]) == ("The Tide Machine", "Salt and Brass")
    assert "cover-small-" in told["src"]


def test_subscribe_menu_opens_closes_and_copies(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    menu = page.locator(".menu")
    menu.locator("summary").press("Enter")
    assert menu.get_by_role("link", name="Pocket Casts").get_attribute("href") == (
        "pktc://subscribe/saltandbrass.example/show/feed.xml"
    )
    menu.get_by_role("button", name="Copy").click()
    menu.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{sample.BASE}/feed.xml"
    page.keyboard.press("Escape")
    assert page.evaluate("[document.querySelector('.menu').open, document.activeElement.tagName]") == [False, "SUMMARY"]
    page.keyboard.press("Enter")
    page.locator("h1").click()
    assert not page.evaluate("document.querySelector('.menu').open")


def test_episodes_are_searched_by_title_summary_and_guest(visit):
    page = visit("index.html", ready=False)
    shown = page.locator(".episodes li:visible")
    assert (shown.count(), page.locator(".year:visible").count()) == (6, 3)
    box = page.get_by_label("Search the episodes")
    box.fill("hedvig KJAERLUND talk")
    assert page.locator("#shown").inner_text() == "3 found"
    box.fill("summary 5")
    assert shown.locator("h3").all_inner_texts() == ["Talk 5 of the tide"]
    assert page.locator(".year:visible").count() == 0
    box.fill("zebra")
    assert (page.locator("#shown").inner_text(), shown.count()) == ("none found", 0)
    box.fill("")
    assert shown.count() == 6


def test_every_episode_and_app_is_there_without_javascript(visit):
    page = visit("index.html", ready=False, java_script_enabled=False)
    assert page.locator(".episodes li a:visible").count() == 6
    assert page.locator("#filter").is_hidden()
    page.locator(".menu summary").click()
    assert page.get_by_role("link", name="AntennaPod").is_visible()
    page.get_by_role("link", name="Talk 1 of the tide").click()
    assert page.url.endswith("/episodes/tide/index.html")


def test_moment_far_down_a_long_transcript_is_found(visit):
    page = visit("episodes/long/index.html#t=4:59", viewport={"width": 390, "height": 800})
    assert page.evaluate("getComputedStyle(document.querySelector('.turn')).contentVisibility") == "auto"
    page.wait_for_function("() => current.sentence === 148")
    assert in_view(page, 148)
    page.evaluate("location.hash = '#t=0:07'")
    page.wait_for_function("() => current.sentence === 2")
    assert in_view(page, 2)
    assert said_now(page) == [LONG_TALK[2][1].strip()]


def test_text_from_right_to_left_is_set_so(visit):
    page = visit("episodes/hostile/index.html")
    assert page.evaluate("getComputedStyle(words).direction") == "rtl"
    assert page.evaluate("[document.documentElement.lang, document.body.lang, words.lang]") == ["ar", "en", "ar"]
    assert page.locator("h1").inner_text().startswith("</script><img src=x")


def test_print_has_the_words_and_not_the_player(visit):
    page = visit()
    page.emulate_media(media="print")
    assert page.get_by_text("Hedvig did, in one long night.").last.is_visible()
    assert not any(page.locator(one).is_visible() for one in (".player", ".bar", "#search", ".clip"))


def test_sound_cover_and_style_are_really_loaded(visit):
    page = visit()
    assert page.evaluate("sound.duration") == pytest.approx(16, abs=0.2)
    assert page.evaluate("document.querySelector('.cover').naturalWidth") == site.SMALL_SIDE
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 248, 247)"


# Every second sounds different: within ten seconds a tone climbs 200 Hz a second, and another tells which ten they are.
# Noise comes and goes, so that a variable bit rate varies.
TELLTALE = (
    "aevalsrc=0.2*sin(2*PI*(400*mod(t\\,10)+100*mod(t\\,10)^2))+0.2*sin(2*PI*(3000+50*floor(t/10))*t)"
    "+0.1*(random(0)-0.5)*gt(mod(t\\,20)\\,10):s=44100:d=40"
)
# How each is tagged, what browsers call it, how far off a jump may land in seconds, how it is made. Chromium finds a
# second of an MP3 by its share of the bytes, or with a variable rate by a table whose steps are 1/256 of the file.
TELLING = {
    "cbr.mp3": (tags_mp3.tag_mp3, "audio/mpeg", 0.1, "-c:a", "libmp3lame", "-b:a", "64k"),
    "vbr.mp3": (tags_mp3.tag_mp3, "audio/mpeg", 40 / 256 + 0.1, "-c:a", "libmp3lame", "-q:a", "5"),
    "aac.m4a": (tags_mp4.tag_m4a, "audio/mp4; codecs=mp4a.40.2", 0.02, "-c:a", "aac", "-b:a", "64k"),
    "opus.opus": (tags_ogg.tag_opus, "audio/ogg; codecs=opus", 0.02, "-c:a", "libopus", "-b:a", "48k"),
}
RECORDER = """
registerProcessor('recorder', class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.port.onmessage = () => { this.state = 'wait for silence'; this.kept = []; };
  }
  process([[channel]]) {
    const silent = !channel || channel.every((sample) => sample === 0);
    if (this.state === 'wait for silence' && silent) {
      this.state = 'wait for sound';
      this.port.postMessage(null);
    }
    if (this.state === 'wait for sound' && !silent) this.state = 'keep';
    if (this.state === 'keep' && this.kept.push(...(channel ?? new Float32Array(128))) >= 8192) {
      this.port.postMessage(this.kept);
      this.state = 'done';
    }
    return true;
  }
});
"""
LISTEN = """async (file) => {
  sound.src = file;
  await new Promise((done) => sound.addEventListener('loadedmetadata', done, { once: true }));
  const context = new AudioContext({ sampleRate: 44100 });
  await context.audioWorklet.addModule('recorder.js');
  window.recorder = new AudioWorkletNode(context, 'recorder');
  context.createMediaElementSource(sound).connect(recorder).connect(context.destination);
}"""
HEAR = """async (time) => {
  const told = () => new Promise((done) => { recorder.port.onmessage = (event) => done(event.data); });
  sound.pause();
  const silence = told();
  recorder.port.postMessage('again');
  await silence;
  const heard = told();
  seek(time, { play: true });
  return await heard;
}"""


@pytest.fixture(scope="module")
def telling(place, published):
    """The sounds in which every moment can be told, tagged as episodes are, beside the page of the short episode."""
    folder = place / "public/episodes/tide"
    (folder / "recorder.js").write_text(RECORDER)
    whole = make(folder / "telling.wav", TELLTALE)
    for name, (tag, _, _, *options) in TELLING.items():
        tag(ffmpeg("-i", str(whole), *options, target=folder / name), ABOUT)


def second_of(samples):
    """The second of the telltale sound at which these samples begin."""
    sound = np.trim_zeros(np.array(samples), "f")[:4096]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 65536))
    hertz = np.fft.rfftfreq(65536, 1 / 44100)

    def loudest(low, high):
        within = (hertz >= low) & (hertz <= high)
        return hertz[within][np.argmax(spectrum[within])]

    tens = round((loudest(2950, 3300) - 3000) / 50)
    return 10 * tens + (loudest(350, 2450) - 400) / 200 - len(sound) / 2 / 44100


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize("name", TELLING)
def test_what_is_heard_after_a_jump_is_what_stands_at_that_second(visit, name):
    _, kind, slack, *_ = TELLING[name]
    page = visit()
    if not page.evaluate("kind => sound.canPlayType(kind)", kind):
        pytest.skip(f"this Chromium does not play {kind}")
    page.evaluate(LISTEN, name)
    assert page.evaluate("sound.duration") == pytest.approx(40, abs=0.05)
    jumps = (23.3, 37.65, 4.2)
    assert [second_of(page.evaluate(HEAR, jump)) for jump in jumps] == pytest.approx(list(jumps), abs=slack)


def test_waveform_is_a_slider_for_mouse_and_keys_that_follows_the_sound(visit):
    page = visit()
    strip = page.get_by_role("slider", name="Position")
    box = strip.bounding_box()
    strip.click(position={"x": box["width"] / 2, "y": 10})
    assert now(page) == pytest.approx(8.0, abs=0.2)
    assert strip.get_attribute("aria-valuetext") == "0:08 of 0:16"
    strip.press("ArrowLeft")
    assert now(page) == pytest.approx(3.0, abs=0.2)
    strip.press("Home")
    assert (now(page), page.locator("#past").get_attribute("width")) == (0, "0")
    strip.press("End")
    assert now(page) == pytest.approx(16.0, abs=0.2)
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 5)
    page.mouse.up()
    assert now(page) == pytest.approx(4.0, abs=0.2)


def test_waveform_is_a_picture_with_chapters_without_javascript(visit):
    page = visit(ready=False, java_script_enabled=False)
    assert page.get_by_role("img", name="Waveform: who speaks when").is_visible()
    assert page.locator("#strip .piece title").all_text_contents() == [
        "0:00 Welcome",
        "0:06 Brass and iron",
        "0:10 The first tide",
    ]
