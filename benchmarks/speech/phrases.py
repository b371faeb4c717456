"""Sentences for made-up conversations: a small grammar of subjects, so that no two are likely to be the same."""

from __future__ import annotations

import re
from random import Random

#: What people say while another talks.
BACKCHANNELS = ("Yes.", "Right.", "Okay.", "Really?", "Of course.", "Exactly.", "I see.", "Oh no.", "Sure.")
#: What people say in between, before the other goes on.
INTERJECTIONS = ("Really?", "No, never.", "Yes, exactly.", "That is true.", "Why not?", "I remember that.", "Go on.")

_SUBJECTS: tuple[dict[str, tuple[str, ...]], ...] = (
    {
        "thing": ("boat", "harbour", "lighthouse", "sail", "anchor", "ferry", "tide table", "fishing net"),
        "many": ("sailors", "fishermen", "islands", "waves", "storms", "captains", "gulls"),
        "place": ("the north coast", "the island", "the old harbour", "the river mouth", "the open sea"),
        "do": ("sail around the cape", "mend a torn net", "read the weather", "paint the hull", "cross at night"),
        "how": ("rough", "calm", "salty", "windy", "rusty", "narrow"),
    },
    {
        "thing": ("kitchen", "oven", "loaf", "recipe", "soup", "knife", "market stall", "wooden spoon"),
        "many": ("bakers", "onions", "guests", "mushrooms", "spices", "apples", "cooks"),
        "place": ("the market", "my grandmother's kitchen", "the bakery", "the village", "the back garden"),
        "do": ("bake bread before sunrise", "taste the sauce", "sharpen the knives", "feed the crowd", "roast garlic"),
        "how": ("sweet", "bitter", "fresh", "warm", "simple", "crisp"),
    },
    {
        "thing": ("telescope", "rocket", "satellite", "comet", "planet", "mirror", "radio dish", "star chart"),
        "many": ("astronomers", "galaxies", "moons", "signals", "engineers", "craters", "students"),
        "place": ("the observatory", "the desert", "the southern sky", "the control room", "the mountain"),
        "do": ("measure the light", "point the mirror", "listen for a signal", "wait for a clear night", "draw maps"),
        "how": ("bright", "distant", "faint", "enormous", "precise", "cold"),
    },
    {
        "thing": ("orchestra", "violin", "melody", "piano", "concert hall", "drum", "recording", "song book"),
        "many": ("musicians", "singers", "listeners", "strings", "teachers", "children", "notes"),
        "place": ("the theatre", "the studio", "the practice room", "the church", "a small club"),
        "do": ("tune the piano", "learn the second part", "play without notes", "write a slow song", "keep the beat"),
        "how": ("loud", "gentle", "quick", "sad", "familiar", "strange"),
    },
    {
        "thing": ("garden", "greenhouse", "apple tree", "hedge", "compost heap", "rain barrel", "seed box", "path"),
        "many": ("gardeners", "bees", "roses", "potatoes", "neighbours", "worms", "seeds"),
        "place": ("the valley", "the nursery", "the allotment", "the botanical garden", "the edge of town"),
        "do": ("plant beans in April", "prune the roses", "water everything twice", "keep slugs out", "save the seeds"),
        "how": ("green", "muddy", "healthy", "wild", "shady", "dry"),
    },
    {
        "thing": ("railway", "steam engine", "bridge", "ticket office", "signal box", "tunnel", "night train"),
        "many": ("passengers", "drivers", "carriages", "tourists", "mechanics", "tickets", "miles"),
        "place": ("the border", "the mountain pass", "the central station", "the museum", "the next town"),
        "do": ("drive the early train", "repair the engine", "open the old line", "build a platform", "sell tickets"),
        "how": ("slow", "crowded", "reliable", "expensive", "comfortable", "late"),
    },
)  # fmt: skip

_STATEMENTS = (
    "The {thing} was {how}, but nobody wanted to {do}.",
    "I think the {thing} near {place} is much too {how}.",
    "When I was {small}, we used to {do} every single week.",
    "In {year}, about {number} {many} came to {place} to see the {thing}.",
    "It takes {small} days to {do}, and even then the {thing} stays {how}.",
    "Most {many} have never learned how to {do}.",
    "There was a {how} {thing} at {place}, and all the {many} loved it.",
    "My father always told me that {many} are {how} and a {thing} is not.",
    "You have to {do} first, otherwise the {many} will be gone by morning.",
    "We lost the {thing} somewhere between {place} and the hotel.",
    "Honestly, I would rather {do} than talk about the {thing} again.",
    "The best part of {place} is how {how} the {many} are in winter.",
    "They spent {number} pounds on a {thing} that was far too {how}.",
    "People forget that {many} need time, patience, and a {how} {thing}.",
    "Last summer {small} {many} helped me to {do} in a single afternoon.",
    "After that I went back to {place} and started to {do} again.",
    "If it had not been for the {many}, I would never have left {place}.",
    "I don't believe that anybody can {do} without a {thing}.",
    "A friend of mine keeps {small} {many} and one very {how} {thing}.",
    "So the whole town met at {place}, and we decided to {do} together.",
    "By {year} the {thing} had become so {how} that it was closed.",
    "It's easy to {do}, but it's hard to explain it to {many}.",
    "That morning the {thing} looked {how}, and I knew something was wrong.",
    "She showed me a drawing of a {thing} that stood at {place} for {number} years.",
    "Nobody at {place} had seen {many} before, so they were a little nervous.",
    "What I like about the {thing} is that it never gets {how}.",
    "We tried to {do} on a Sunday, which was a terrible idea.",
    "Every autumn the {many} come back, and the {thing} has to be moved.",
    "To be fair, the second {thing} was less {how} than the first one.",
    "I wrote a long letter about the {many}, and {small} months later they answered.",
)
_QUESTIONS = (
    "How long did it take you to {do}?",
    "Why are the {many} at {place} so {how}?",
    "Did you ever think about selling the {thing}?",
    "What happened to the {thing} after the winter of {year}?",
    "Who taught you to {do}?",
    "Is the {thing} really as {how} as everybody says?",
    "Were there many {many} around {place} in those days?",
    "Can you describe the {thing} for people who have never seen one?",
)
_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")


class Talk:
    """Sentences on one subject after another; a pattern comes again only when all others have been used."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._left: dict[tuple[str, ...], list[str]] = {}

    def statement(self, subject: int) -> str:
        """A sentence on one of the subjects (any whole number chooses one)."""
        return self._fill(self._deal(_STATEMENTS), _SUBJECTS[subject % len(_SUBJECTS)])

    def question(self, subject: int) -> str:
        """A question on one of the subjects."""
        return self._fill(self._deal(_QUESTIONS), _SUBJECTS[subject % len(_SUBJECTS)])

    def _deal(self, patterns: tuple[str, ...]) -> str:
        left = self._left.setdefault(patterns, [])
        if not left:
            left += self._chance.sample(patterns, len(patterns))
        return left.pop()

    def _fill(self, pattern: str, subject: dict[str, tuple[str, ...]]) -> str:
        used: set[str] = set()

        def choose(found: re.Match[str]) -> str:
            match found[1]:
                case "year":
                    return str(self._chance.randrange(1905, 2000))
                case "number":
                    return str(self._chance.choice((20, 30, 45, 60, 80, 150, 300, 500)))
                case "small":
                    return self._chance.choice(_SMALL)
                case kind:
                    word = self._chance.choice([one for one in subject[kind] if one not in used])
                    used.add(word)
                    return word

        return re.sub(r"\ba (?=[aeio])", "an ", re.sub(r"\{(\w+)\}", choose, pattern))
