"""How English speakers announce a new topic: phrases, openings, and the short replies that close an exchange."""

from __future__ import annotations

import re

_FILLER = r"(?:just |actually |really |maybe |kind of |sort of |quickly )?"
_DEEDS = r"(?:ask|talk|touch|move|go|get|bring|dig|switch|shift|jump|dive|discuss|start|turn|come|cover)"

_ANNOUNCEMENTS = re.compile(
    "|".join(
        (
            rf"\blet'?s {_FILLER}(?:jump|dive|move|turn|talk|get (?:in|back|to|on|started)|go|switch|start|look|"
            r"shift|dig|begin)\b",
            r"\blet me (?:ask|get|turn|move)\b",
            rf"\b(?:want(?:ed)?|wanna|like|love) (?:to )?{_FILLER}{_DEEDS}\b",
            r"\bmov(?:e|ing) (?:on|along|forward|over)\b",
            r"\b(?:switch|chang|shift)(?:e|ing)? (?:gears|topics?|subjects?|over|the (?:subject|topic))\b",
            r"\b(?:jump|div|dig|turn|bring|com|circl|pull|go|get)(?:e|ing|ging)? (?:us |it |this |things )?"
            r"(?:in|into|back|deeper|deep|over|ahead)\b",
            r"\b(?:next|last|final|first|second|third|another|following) "
            r"(?:one|question|topic|item|thing|segment|section|news|release|story|chapter|part|subject|point)\b",
            r"\b(?:next up|up next|speaking of|on (?:that|this|a different) note|one more (?:thing|question)|"
            r"what(?:'s| is) next)\b",
            r"\b(?:welcome (?:back|to)|after the break|(?:short|quick) break|brought to you by|our sponsors?|"
            r"sponsored by)\b",
            r"\b(?:joined by|my guest|our guest|with me (?:is|today)|"
            r"thanks? (?:you )?(?:so much |very much |again |all )*for)\b",
            r"\bwrap(?:s|ping)? (?:it |this |things )?up\b",
            r"\b(?:tell|walk|take) (?:us|our|me|the listeners?)\b",
            r"\b(?:talk|hear) (?:a (?:little )?(?:bit )?)?(?:more )?(?:to us |to me )?about\b",
            r"\b(?:before we|you (?:had |also |just )?mention(?:ed)?|curious (?:about|how|what|if|to)|"
            r"follow[- ]?up|my question|a question)\b",
        )
    ),
    re.IGNORECASE,
)

_REPLY = (
    r"(?:yeah|yes|yep|yup|right|cool|nice|awesome|great|perfect|excellent|wow|all right|alright|okay|ok|sure|totally|"
    r"absolutely|exactly|interesting|gotcha|got it|thanks|thank you|makes sense|definitely|for sure|indeed|true|"
    r"that's (?:awesome|great|cool|right|true|interesting)|very cool|super cool|no worries)"
)
_OPENING = re.compile(
    rf"^(?:(?:{_REPLY}|well|um|uh|oh)[,. !—-]+)*"
    r"(?:so|now|okay|ok|alright|all right|next|anyway|and so|but before|before|finally|first|let'?s|speaking)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"^{_REPLY}\b", re.IGNORECASE)


def count_announcements(text: str) -> int:
    """How many phrases in it announce a topic ("let's turn to", "next question", "welcome back"), at most 3."""
    return min(3, sum(1 for _ in _ANNOUNCEMENTS.finditer(text)))


def opens_topic(text: str) -> bool:
    """Whether it begins as a new topic does: "So", "Okay, now", "Cool. Before we"."""
    return _OPENING.match(text) is not None


def closes_exchange(text: str) -> bool:
    """Whether it begins as the last word on a topic does: "Awesome.", "That's right.", "Thank you"."""
    return _CLOSING.match(text) is not None
