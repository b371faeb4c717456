"""How English sentences sound that lean on others, hesitate, greet, sell, introduce somebody, or claim something."""

from __future__ import annotations

import re

_LEANING_WORDS = """
it it's its it'll it'd this that that's that'll these those they they're they've they'd they'll them their he he's he'd
he'll him his she she's she'd she'll her which then there here also too and but so or because cause yet such same well
however therefore thus plus like another other others both either neither whereas otherwise instead similarly again
basically anyway anyways even one some most second secondly third finally
"""
#: A number of things and a comma: an answer, whose question said what of them.
COUNTED = re.compile(r"\d[\d.,]*(?: \w+){1,2}, ")
#: Words that point back at what was said before; a sentence that begins with one does not stand alone.
LEANING = frozenset(_LEANING_WORDS.split())
_FRAGMENT_WORDS = """
through from to of more much not no hey or than with where who whose for before on by without into about rather
especially including depending interested
"""
#: A sentence that begins with one of these is more often a piece of one.
FRAGMENT = frozenset(_FRAGMENT_WORDS.split())
FILLER = re.compile(
    r"\b(?:um+|uh+|er+|hmm+|you know|i mean|kind of|sort of|or whatever|like i said|blah|gonna|wanna)\b"
    r"|, like,|\.\.\.|…|--",
    re.IGNORECASE,
)
VERB = re.compile(
    r"(?:['’](?:s|re|m|ve|ll|d)|\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|can|could|will|would|should|must|"
    r"may|might|goes?|gets?|makes?|means?|needs?|wants?|takes?|gives?|says?|said|went|got|made|came|comes?|became|becomes?|\w{3,}ed))\b",
    re.IGNORECASE,
)
STAMMER = re.compile(r"\b(\w+)[,—–-]? \1\b", re.IGNORECASE)
HESITATION = re.compile(r"\b(?:um+|uh+|er+|hmm+|mm+)\b|\.\.\.|…", re.IGNORECASE)
#: "like" that fills a gap, and does not compare.
LIKE = re.compile(
    r"(?<!look)(?<!looks)(?<!feel)(?<!feels)(?<!sound)(?<!sounds)(?<!would)(?<!thing)(?<!things)(?<!something)"
    r"(?<!anything)(?<!stuff)(?<!more)(?<!much)(?<!just)(?<!I'd)(?<!i)(?<!you)(?<!they)(?<!people)(?<!we)(?<!not)"
    r" like\b(?! to\b)",
    re.IGNORECASE,
)
HOUSEKEEPING = re.compile(
    r"\b(?:(?:before|let's|we) (?:\w+ )?(?:move on|wrap up|get started|jump in(?:to)?|dive in(?:to)?|begin)|"
    r"next question|"
    r"(?:one|another|last|final|a|my) (?:\w+ )?question|as (?:i|we) (?:said|mentioned)|can you (?:hear|see)|"
    r"(?:link|put|found|find) (?:it |that |this )?in the (?:show )?notes|follow (?:us|me)|check (?:it|us|them) out)\b",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"\b(?:welcome|hello|hi everyone|hey everyone|thank(?:s| you)|good (?:morning|evening|afternoon)|bye|see you|"
    r"subscri\w+|patreon|sponsors?|sponsored|our listeners|promo code|rate and review|show notes|nice to meet|"
    r"(?:glad|great|happy|excited) to be (?:here|on)|for having me|my name is|i'm your host|co-?host)\b"
    r"|^(?:\w+, )?i(?:'|’)?(?: a)?m [A-Z]\w+[,.]|\ba (?:show|podcast) (?:about|on|for|where)\b",
    re.IGNORECASE,
)
PURPOSE = re.compile(
    r"\b(?:today|this week|in this episode|this episode|on this show|this time|our guest|my guest|joined by|"
    r"(?:we|i)(?:'ll| will|(?:'re| are|'m| am) (?:going to|gonna)) (?:be )?"
    r"(?:talk|discuss|speak|cover|look|div|joined|explor)\w*)\b",
    re.IGNORECASE,
)
INTRODUCES = re.compile(
    r"\b(?:is|was|who's|he's|she's|are) (?:the|a|an|our|one of the) (?:[\w-]+ ){0,4}"
    r"(?:creators?|inventors?|(?:co-?)?founders?|"
    r"ceo|cto|authors?|writers?|engineers?|professors?|researchers?|developers?|maintainers?|directors?|journalists?|"
    r"scientists?|editors?|historians?|artists?|musicians?|composers?|teachers?|doctors?|experts?|leads?|heads?|"
    r"presidents?|managers?|designers?|photographers?|filmmakers?|economists?|lawyers?|bakers?|chefs?|keepers?|curators?)\b",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"\b(?:never|always|every|nobody|everybody|nothing|everything|only|most|best|worst|biggest|first time|whole|"
    r"must|cannot|"
    r"because|realis\w+|realiz\w+|believe|love|hate|wrong|right|matters?|real|reason|problem|future|change[sd]?|"
    r"impossible|important|afraid|wish|dream|secret|truth|instead|not .{3,40} but)\b",
    re.IGNORECASE,
)
