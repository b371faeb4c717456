// The pages' one script. Episode page: skips, speed, keys, chapters, a transcript that follows the sound, search,
// links to moments, and the place where somebody stopped. Show page: search among the episodes. Both: the menu.
"use strict";

const find = (id) => document.getElementById(id);
const sound = find("sound");
const words = find("words");
const sentences = [...document.querySelectorAll("#words span[data-start]")];
const sentenceStarts = sentences.map((one) => Number(one.dataset.start));
const chapters = [...document.querySelectorAll("#chapter-list a[data-start]")];
const chapterStarts = chapters.map((one) => Number(one.dataset.start));
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// -- memory: storage may be forbidden or full, and then things last as long as the page -------------------

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Nothing is lost but the memory.
  }
}

// -- time ----------------------------------------------------------------------------------------------

const pad = (number) => String(number).padStart(2, "0");

function clock(time) {
  const seconds = Math.floor(time + 0.0005);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${hours}:${pad(minutes)}` : `${minutes}`) + `:${pad(seconds % 60)}`;
}

// `#t=1:02:03`, `#t=62.5`, and with an end after a comma; null for anything else.
function readMoment(hash) {
  const found = /^#t=([\d:.]+)(?:,([\d:.]+))?$/.exec(hash);
  const [start, end] = [found && readClock(found[1]), found && found[2] ? readClock(found[2]) : null];
  return start === null ? null : { start, end: end > start ? end : null };
}

function readClock(text) {
  const found = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(text);
  return found && Number(found[1] || 0) * 3600 + Number(found[2] || 0) * 60 + Number(found[3]);
}

// The place of the last start that is not after the time, or -1.
function lastBegun(starts, time) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= time + 0.01) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// -- what is being said --------------------------------------------------------------------------------

let current = { sentence: -1, chapter: -1 };
let following = true;
let ownScroll = 0; // until when the page scrolls of itself

function show(time) {
  showPlace(time);
  const [sentence, chapter] = [lastBegun(sentenceStarts, time), lastBegun(chapterStarts, time)];
  if (chapter !== current.chapter) {
    chapters[current.chapter]?.removeAttribute("aria-current");
    chapters[chapter]?.setAttribute("aria-current", "true");
  }
  if (sentence !== current.sentence) {
    const wasInView = performance.now() < ownScroll || inView(sentences[current.sentence] ?? words);
    sentences[current.sentence]?.classList.remove("now");
    sentences[sentence]?.classList.add("now");
    if (following && wasInView && sentence >= 0) bringIntoView(sentences[sentence]);
  }
  current = { sentence, chapter };
  offerToFollow();
}

// The waveform as a slider: how far it is, in the picture and in words.
function showPlace(time) {
  const [strip, place] = [find("strip"), Math.round((time / (sound.duration || Infinity)) * 10000)];
  find("head-mark").setAttribute("d", `M${place} 0v100`);
  find("past").setAttribute("width", place);
  strip.setAttribute("aria-valuenow", Math.floor(time));
  strip.setAttribute("aria-valuemax", Math.floor(sound.duration || 0));
  strip.setAttribute("aria-valuetext", `${clock(time)} of ${clock(sound.duration || 0)}`);
}

function inView(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

function bringIntoView(element, always = false) {
  const box = element.getBoundingClientRect();
  if (!always && box.top > innerHeight * 0.25 && box.bottom < innerHeight * 0.7) return;
  ownScroll = performance.now() + 1500;
  const far = Math.abs(box.top) > 3 * innerHeight; // the height of what lies between is only guessed
  element.scrollIntoView({ block: "center", behavior: calm.matches || far ? "instant" : "smooth" });
}

function offerToFollow() {
  const away = !following || (current.sentence >= 0 && performance.now() > ownScroll && !inView(sentences[current.sentence]));
  find("follow").hidden = sound.paused || !away;
}

function stopFollowing() {
  if (sound.paused) return;
  following = false;
  ownScroll = 0;
  offerToFollow();
}

function follow() {
  following = true;
  if (current.sentence >= 0) bringIntoView(sentences[current.sentence], true);
  find("follow").hidden = true;
}

// -- playing -------------------------------------------------------------------------------------------

let stopAt = null; // where a clip ends

function seek(time, { play = false, end = null } = {}) {
  const last = Number.isFinite(sound.duration) ? sound.duration : Infinity;
  sound.currentTime = Math.max(0, Math.min(time, last));
  stopAt = end;
  show(sound.currentTime);
  if (play) sound.play().catch(() => {});
}

const skip = (seconds) => seek(sound.currentTime + seconds);
const toggle = () => (sound.paused ? sound.play().catch(() => {}) : sound.pause());

function setSpeed(value) {
  const speed = find("speed");
  if (![...speed.options].some((option) => option.value === value)) return;
  speed.value = value;
  sound.defaultPlaybackRate = sound.playbackRate = Number(value);
  keep("speed", value);
}

function stepSpeed(step) {
  const next = find("speed").options[find("speed").selectedIndex + step];
  if (!next) return;
  setSpeed(next.value);
  say(`Speed ${next.textContent}`);
}

function stepSentence(step) {
  const target = sentences[Math.max(0, Math.min(sentences.length - 1, current.sentence + step))];
  if (target) seek(Number(target.dataset.start));
}

// Back goes to the beginning of the chapter first, as players do.
function stepChapter(step) {
  const begun = chapterStarts[current.chapter] ?? 0;
  const back = step < 0 && sound.currentTime - begun > 3 ? 0 : step;
  const target = chapters[Math.max(0, current.chapter + back)];
  if (!target) return;
  seek(Number(target.dataset.start));
  say(target.textContent);
}

function say(message) {
  find("status").textContent = message;
}

async function copyLink() {
  const link = new URL(location.href);
  link.hash = `t=${clock(sound.currentTime)}`;
  history.replaceState(null, "", link);
  const copied = await copy(link.href);
  find("share").textContent = copied ? "Copied" : "In address bar";
  say(copied ? `A link to ${clock(sound.currentTime)} was copied` : "The address bar now holds the link");
  setTimeout(() => (find("share").textContent = "Copy link"), 2000);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// -- going to a moment, and back to where somebody stopped -----------------------------------------------

const placeKey = `at ${location.pathname}`;
let kept = 0;

function goToHash() {
  const moment = readMoment(location.hash.replace(/%3a/gi, ":").replace(/%2c/gi, ","));
  if (moment === null) return false;
  following = true;
  seek(moment.start, { end: moment.end });
  if (current.sentence >= 0) bringIntoView(sentences[current.sentence], true);
  return true;
}

function begin() {
  const place = Number(recall(placeKey));
  if (goToHash() || !(place > 10 && place < sound.duration - 15)) return;
  seek(place);
  find("resumed-at").textContent = clock(place);
  find("resumed").hidden = false;
}

function keepPlace(often = false) {
  if (often && Math.abs(sound.currentTime - kept) < 5) return;
  kept = sound.currentTime;
  keep(placeKey, sound.ended || kept < 10 ? null : kept.toFixed(1));
}

function goToLink(event) {
  const link = event.target.closest('a[href^="#t="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(null, "", link.hash);
  following = true;
  seek(Number(link.dataset.start), { play: true, end: Number(link.dataset.end) || null });
}

function goToSentence(event) {
  const sentence = event.target.closest("span[data-start]");
  if (!sentence || !getSelection().isCollapsed) return;
  following = true;
  seek(Number(sentence.dataset.start), { play: true });
}

function goToPlaceOnStrip(event) {
  const box = find("strip").getBoundingClientRect();
  if (sound.duration) seek(((event.clientX - box.left) / box.width) * sound.duration);
}

function dragOnStrip(event) {
  if (event.buttons & 1) goToPlaceOnStrip(event);
}

const slides = {
  ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -60, PageUp: 60, Home: -Infinity, End: Infinity,
};

function slide(event) {
  if (!Object.hasOwn(slides, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (sound.duration) skip(slides[event.key]);
}

function startStrip() {
  const strip = find("strip");
  const named = { role: "slider", tabindex: 0, "aria-label": "Position", "aria-valuemin": 0 };
  for (const [name, value] of Object.entries(named)) strip.setAttribute(name, value);
  showPlace(0);
  strip.addEventListener("click", goToPlaceOnStrip);
  strip.addEventListener("pointermove", dragOnStrip);
  strip.addEventListener("keydown", slide);
}

// -- keys and the lock screen ----------------------------------------------------------------------------

const keys = {
  " ": toggle, k: toggle, j: () => skip(-15), l: () => skip(30), n: () => stepSentence(1), p: () => stepSentence(-1),
  "[": () => stepChapter(-1), "]": () => stepChapter(1), "<": () => stepSpeed(-1), ">": () => stepSpeed(1),
  m: () => (sound.muted = !sound.muted), c: copyLink, "/": () => find("query").focus(), "?": showKeys,
};
for (let tenth = 0; tenth < 10; tenth += 1) keys[tenth] = () => sound.duration && seek((sound.duration * tenth) / 10);

function showKeys() {
  find("keys").open = !find("keys").open;
  if (find("keys").open) find("keys").scrollIntoView({ block: "nearest" });
}

function pressKey(event) {
  if (!find("keys-on").checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, audio")) return;
  if (event.key === " " && event.target.closest("a, button, summary")) return;
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
}

function startLockScreen() {
  const session = navigator.mediaSession;
  const [cover, show] = [document.querySelector(".cover"), document.querySelector(".home").textContent];
  session.metadata = new MediaMetadata({
    title: document.querySelector("h1").textContent, artist: show, album: show, artwork: [{ src: cover.src }],
    chapterInfo: chapters.map((one, at) => ({ title: one.lastElementChild.textContent, startTime: chapterStarts[at] })),
  });
  const act = {
    seekbackward: (asked) => skip(-(asked.seekOffset || 15)), seekforward: (asked) => skip(asked.seekOffset || 30),
    seekto: (asked) => seek(asked.seekTime),
    ...(chapters.length ? { previoustrack: () => stepChapter(-1), nexttrack: () => stepChapter(1) } : {}),
  };
  for (const [name, handle] of Object.entries(act)) session.setActionHandler(name, handle);
  const tell = () => {
    if (!Number.isFinite(sound.duration)) return;
    session.setPositionState({ duration: sound.duration, playbackRate: sound.playbackRate, position: sound.currentTime });
  };
  for (const event of ["loadedmetadata", "seeked", "ratechange", "play"]) sound.addEventListener(event, tell);
}

// -- search --------------------------------------------------------------------------------------------

const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
const LETTERS = { æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ß: "ss", ı: "i" };

// Text as it is compared, without case and accents, and for each of its letters the place where that one came from.
function fold(text) {
  if (/^[\x20-\x7e]*$/.test(text)) return { text: text.toLowerCase(), places: null };
  const [letters, places] = [[], []];
  let at = 0;
  for (const letter of text) {
    const plain = letter.normalize("NFKD").replace(MARKS, "").toLowerCase();
    for (const part of plain) {
      const written = LETTERS[part] ?? part;
      letters.push(written);
      for (let n = 0; n < written.length; n += 1) places.push(at);
    }
    at += letter.length;
  }
  places.push(at);
  return { text: letters.join(""), places };
}

let folded = null;
let hits = []; // the numbers of sentences
let chosen = -1;

function search() {
  const query = fold(find("query").value.trim()).text;
  choose(-1);
  folded ??= sentences.map((one) => fold(one.textContent));
  hits = query ? [...sentences.keys()].filter((at) => folded[at].text.includes(query)) : [];
  markUp(query);
  for (const id of ["previous-hit", "next-hit"]) find(id).disabled = !hits.length;
  find("found").textContent = query ? `${hits.length || "none"} found` : "";
}

function markUp(query) {
  if (!CSS.highlights) return; // an older browser: hits are walked through, and not marked
  const ranges = hits.flatMap((hit) => rangesOf(hit, query));
  CSS.highlights.set("found", new Highlight(...ranges.slice(0, 5000)));
}

function rangesOf(hit, query) {
  const [{ text, places }, letters, ranges] = [folded[hit], sentences[hit].firstChild, []];
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
    const range = new Range();
    range.setStart(letters, places ? places[at] : at);
    range.setEnd(letters, places ? places[at + query.length] : at + query.length);
    ranges.push(range);
  }
  return ranges;
}

function choose(place) {
  sentences[hits[chosen]]?.classList.remove("chosen");
  chosen = place;
  sentences[hits[chosen]]?.classList.add("chosen");
}

function walk(step) {
  if (!hits.length) return;
  choose(chosen < 0 && step < 0 ? hits.length - 1 : (chosen + step + hits.length) % hits.length);
  following = false;
  bringIntoView(sentences[hits[chosen]], true);
  find("found").textContent = `${chosen + 1} of ${hits.length}`;
}

function searchKey(event) {
  if (event.key === "Escape") find("query").blur();
  if (event.key !== "Enter") return;
  event.preventDefault();
  walk(event.shiftKey ? -1 : 1);
}

// -- the show's page -------------------------------------------------------------------------------------

const entries = [...document.querySelectorAll(".episodes li")];
let entryTexts = null;

function filterEpisodes() {
  const wanted = fold(find("wanted").value).text.split(/\s+/).filter(Boolean);
  entryTexts ??= entries.map((one) => fold(one.textContent).text);
  let left = 0;
  entries.forEach((entry, at) => {
    entry.hidden = !wanted.every((word) => entryTexts[at].includes(word));
    left += !entry.hidden;
  });
  for (const year of document.querySelectorAll(".year")) year.hidden = !year.querySelector("li:not([hidden])");
  find("shown").textContent = wanted.length ? `${left || "none"} found` : "";
}

// -- beginning -------------------------------------------------------------------------------------------

function startPlayer() {
  for (const id of ["controls", "search", "keys"]) find(id).hidden = false;
  for (const event of ["timeupdate", "seeking", "loadedmetadata"]) sound.addEventListener(event, () => show(sound.currentTime));
  for (const event of ["play", "pause"]) sound.addEventListener(event, offerToFollow);
  sound.addEventListener("timeupdate", () => {
    if (stopAt !== null && sound.currentTime >= stopAt) {
      if (sound.currentTime < stopAt + 2) sound.pause();
      stopAt = null;
    }
    if (!sound.paused) keepPlace(true);
  });
  for (const event of ["pause", "ended"]) sound.addEventListener(event, () => keepPlace());
  sound.addEventListener("play", () => (find("resumed").hidden = true));
  for (const event of ["wheel", "touchmove"]) addEventListener(event, stopFollowing, { passive: true });
  find("follow").addEventListener("click", follow);
  words.addEventListener("click", goToSentence);
  document.addEventListener("click", goToLink);
  startStrip();
  find("back").addEventListener("click", () => skip(-15));
  find("ahead").addEventListener("click", () => skip(30));
  find("share").addEventListener("click", copyLink);
  find("restart").addEventListener("click", () => {
    seek(0, { play: true });
    sound.focus();
  });
  find("speed").addEventListener("change", () => setSpeed(find("speed").value));
  setSpeed(recall("speed") ?? "1");
  find("keys-on").checked = recall("keys") !== "off";
  find("keys-on").addEventListener("change", () => keep("keys", find("keys-on").checked ? null : "off"));
  document.addEventListener("keydown", pressKey);
  find("search").addEventListener("submit", (event) => event.preventDefault());
  find("query").addEventListener("input", search);
  find("query").addEventListener("keydown", searchKey);
  find("previous-hit").addEventListener("click", () => walk(-1));
  find("next-hit").addEventListener("click", () => walk(1));
  if ("mediaSession" in navigator) startLockScreen();
  addEventListener("hashchange", goToHash);
  if (sound.readyState > 0) begin();
  else sound.addEventListener("loadedmetadata", begin, { once: true });
}

function startFilter() {
  find("filter").hidden = false;
  find("filter").addEventListener("submit", (event) => event.preventDefault());
  find("wanted").addEventListener("input", filterEpisodes);
}

function startMenu(menu) {
  const [address, button] = [menu.querySelector(".address"), menu.querySelector(".copy")];
  button.hidden = false;
  address.addEventListener("focus", () => address.select());
  button.addEventListener("click", async () => {
    if (await copy(address.value)) button.textContent = "Copied";
    else address.focus();
  });
  document.addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

document.documentElement.classList.add("js");
document.querySelectorAll(".menu").forEach(startMenu);
if (sound) startPlayer();
if (find("filter")) startFilter();
