// The episode page's player: skips, speed, keys, chapters, a transcript that follows the sound, search, and links to moments.
"use strict";

const find = (id) => document.getElementById(id);
const sound = find("sound");
const words = find("words");
const sentences = [...words.querySelectorAll("span[data-start]")];
const sentenceStarts = sentences.map((one) => Number(one.dataset.start));
const chapters = [...document.querySelectorAll("#chapter-list a")];
const chapterStarts = chapters.map((one) => Number(one.dataset.start));
const calm = matchMedia("(prefers-reduced-motion: reduce)");

document.documentElement.classList.add("js");
for (const id of ["controls", "search", "keys"]) find(id).hidden = false;

// -- time ----------------------------------------------------------------------------------------------

const pad = (number) => String(number).padStart(2, "0");

function clock(time) {
  const seconds = Math.floor(time + 0.0005);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${hours}:${pad(minutes)}` : `${minutes}`) + `:${pad(seconds % 60)}`;
}

function readMoment(hash) {
  const found = /^#t=(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(decodeURIComponent(hash));
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

function seek(time, { play = false } = {}) {
  const end = Number.isFinite(sound.duration) ? sound.duration : Infinity;
  sound.currentTime = Math.max(0, Math.min(time, end));
  show(sound.currentTime);
  if (play) sound.play().catch(() => {});
}

// -- what is being said --------------------------------------------------------------------------------

let current = { sentence: -1, chapter: -1 };
let following = true;
let ownScroll = 0; // until when scrolling is ours

function show(time) {
  find("head-mark").setAttribute("d", `M${Math.round((time / (sound.duration || Infinity)) * 10000)} 0v10`);
  const sentence = lastBegun(sentenceStarts, time);
  const chapter = lastBegun(chapterStarts, time);
  if (chapter !== current.chapter) {
    chapters[current.chapter]?.removeAttribute("aria-current");
    chapters[chapter]?.setAttribute("aria-current", "true");
  }
  if (sentence !== current.sentence) {
    const wasInView = current.sentence < 0 ? inView(words) : inView(sentences[current.sentence]);
    sentences[current.sentence]?.classList.remove("now");
    sentences[sentence]?.classList.add("now");
    if (following && wasInView && sentence >= 0) bringIntoView(sentences[sentence]);
  }
  current = { sentence, chapter };
  offerToFollow();
}

function inView(element) {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

function bringIntoView(element, always = false) {
  const box = element.getBoundingClientRect();
  if (!always && box.top > innerHeight * 0.25 && box.bottom < innerHeight * 0.7) return;
  ownScroll = performance.now() + 1500;
  element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

function offerToFollow() {
  const away = !following || (current.sentence >= 0 && !inView(sentences[current.sentence]));
  find("follow").hidden = sound.paused || !away;
}

function stopFollowing() {
  if (sound.paused) return;
  following = false;
  offerToFollow();
}

addEventListener("wheel", stopFollowing, { passive: true });
addEventListener("touchmove", stopFollowing, { passive: true });
addEventListener("scroll", () => performance.now() > ownScroll && stopFollowing(), { passive: true });
find("follow").addEventListener("click", () => {
  following = true;
  if (current.sentence >= 0) bringIntoView(sentences[current.sentence], true);
  find("follow").hidden = true;
});

for (const event of ["timeupdate", "seeking", "loadedmetadata"]) sound.addEventListener(event, () => show(sound.currentTime));
for (const event of ["play", "pause"]) sound.addEventListener(event, offerToFollow);

// -- going to a moment ---------------------------------------------------------------------------------

words.addEventListener("click", (event) => {
  const sentence = event.target.closest("span[data-start]");
  if (!sentence || !getSelection().isCollapsed) return;
  following = true;
  seek(Number(sentence.dataset.start), { play: true });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#t="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(null, "", link.hash);
  following = true;
  seek(Number(link.dataset.start ?? readMoment(link.hash)), { play: true });
});

find("strip").addEventListener("click", (event) => {
  const box = find("strip").getBoundingClientRect();
  if (sound.duration) seek(((event.clientX - box.left) / box.width) * sound.duration);
});

function goToHash() {
  const time = readMoment(location.hash);
  if (time === null) return;
  following = true;
  seek(time);
  if (current.sentence >= 0) bringIntoView(sentences[current.sentence], true);
}
addEventListener("hashchange", goToHash);
if (sound.readyState > 0) goToHash();
else sound.addEventListener("loadedmetadata", goToHash, { once: true });

// -- controls ------------------------------------------------------------------------------------------

const skip = (seconds) => seek(sound.currentTime + seconds);
const toggle = () => (sound.paused ? sound.play().catch(() => {}) : sound.pause());
const speed = find("speed");

function remember(speedValue) {
  try {
    localStorage.setItem("speed", speedValue);
  } catch {
    // Storage may be forbidden; the speed then lasts as long as the page.
  }
}

function setSpeed(value) {
  speed.value = value;
  sound.defaultPlaybackRate = sound.playbackRate = Number(speed.value);
  remember(speed.value);
}

function stepSpeed(step) {
  const next = speed.options[speed.selectedIndex + step];
  if (next) setSpeed(next.value);
}

function stepSentence(step) {
  const target = sentences[Math.max(0, Math.min(sentences.length - 1, current.sentence + step))];
  if (target) seek(Number(target.dataset.start));
}

function say(message) {
  find("status").textContent = message;
}

async function copyLink() {
  const link = new URL(location.href);
  link.hash = `t=${clock(sound.currentTime)}`;
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link.href);
    find("share").textContent = "Copied";
    say(`A link to ${clock(sound.currentTime)} was copied`);
  } catch {
    find("share").textContent = "In address bar";
    say("The address bar now holds the link");
  }
  setTimeout(() => (find("share").textContent = "Copy link"), 2000);
}

find("back").addEventListener("click", () => skip(-15));
find("ahead").addEventListener("click", () => skip(30));
find("share").addEventListener("click", copyLink);
speed.addEventListener("change", () => setSpeed(speed.value));
try {
  const saved = localStorage.getItem("speed");
  if ([...speed.options].some((option) => option.value === saved)) setSpeed(saved);
} catch {
  // Without storage the speed starts at 1.
}

const keys = {
  " ": toggle, k: toggle, j: () => skip(-15), l: () => skip(30), n: () => stepSentence(1), p: () => stepSentence(-1),
  "<": () => stepSpeed(-1), ">": () => stepSpeed(1), "/": () => find("query").focus(),
};
document.addEventListener("keydown", (event) => {
  if (!find("keys-on").checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, audio") || (event.key === " " && event.target.closest("a, button, summary"))) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

if ("mediaSession" in navigator) {
  const cover = document.querySelector(".cover");
  const [title, artist] = [document.querySelector("h1").textContent, document.querySelector(".home").textContent];
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist, artwork: cover ? [{ src: cover.src }] : [] });
  navigator.mediaSession.setActionHandler("seekbackward", () => skip(-15));
  navigator.mediaSession.setActionHandler("seekforward", () => skip(30));
}

// -- search --------------------------------------------------------------------------------------------

let hits = [];
let chosen = -1;

function search() {
  for (const hit of hits) hit.textContent = hit.textContent;
  choose(-1);
  const query = find("query").value.trim().toLowerCase();
  hits = query ? sentences.filter((one) => one.textContent.toLowerCase().includes(query)) : [];
  for (const hit of hits) markUp(hit, query);
  find("found").textContent = query ? `${hits.length || "none"} found` : "";
}

function markUp(sentence, query) {
  const text = sentence.textContent;
  const lower = text.toLowerCase();
  // Some letters change length in lower case (İ); such a sentence is listed without its words marked.
  if (lower.length !== text.length) return;
  const parts = [];
  let done = 0;
  for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, done)) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + query.length);
    parts.push(text.slice(done, at), mark);
    done = at + query.length;
  }
  sentence.replaceChildren(...parts, text.slice(done));
}

function choose(place) {
  hits[chosen]?.classList.remove("chosen");
  chosen = place;
  hits[chosen]?.classList.add("chosen");
}

find("query").addEventListener("input", search);
find("search").addEventListener("submit", (event) => event.preventDefault());
find("query").addEventListener("keydown", (event) => {
  if (event.key === "Escape") find("query").blur();
  if (event.key !== "Enter" || !hits.length) return;
  event.preventDefault();
  choose((chosen + (event.shiftKey ? hits.length - 1 + (chosen < 0) : 1)) % hits.length);
  following = false;
  bringIntoView(hits[chosen], true);
  find("found").textContent = `${chosen + 1} of ${hits.length}`;
});
