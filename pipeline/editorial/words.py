"""Words as topics, titles and notes look at them: which carry meaning, and when two are the same."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W_](?:[\w'’.+#&·-]*[\w+#])?|#\d+")
# Letters of scripts that are written without spaces: Thai to Burmese, Khmer, kana, Han.
_UNSPACED_RUN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)

#: A sentence that begins right after another's full stop, as some transcripts have it.
_RUN_ON = re.compile(r"(?<=[a-z]{2})\.(?=[A-Z][a-z])")

_GRAMMAR = """
a an the this that these those some any each every either neither both all no none such another other others same
own i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
herself it its itself they them their theirs themselves one ones oneself who whom whose which what where when why
how whatever whoever whichever wherever whenever however someone somebody something anyone anybody anything everyone
everybody everything nobody nothing and or nor but so yet if then than because since while until unless although
though whether as of at by for with about against between into through during before after above below to from up
down in out on off over under again further once upon within without across along around behind beside besides
beyond despite toward towards per via am is are was were be been being have has had having do does did doing done
will would shall should can could may might must ought not there here now just only also very too even still already
always never ever often sometimes else away back almost quite rather enough instead maybe perhaps
"""
_TALK = """
um uh er ah oh hmm mm mhm huh yeah yes yep yup nope okay ok right sure well like actually basically literally really
totally absolutely definitely obviously exactly probably certainly honestly essentially pretty kind sort kinda sorta
stuff thing things bit little lot lots way ways guess mean know think thought say says said saying tell told talk
talking talked speak want wanted wanna need needed needs get gets getting got gotten go goes going gonna gone went
come comes coming came make makes making made take takes taking took taken put puts give gives giving gave given let
lets look looks looking see sees seeing saw seen find use uses using used try tries trying tried keep keeps start
starts started happen happens happened seem seems feel feels felt work works working worked good great nice cool
awesome interesting important big small new old different many much more most less least few several first second
third last next two three today time times day people person guys folks man everyone hello hey hi welcome thanks
thank please sorry course example question questions answer point part parts case whole sense everybody able ago
later soon together kinds sorts don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't won't
wouldn't can't cannot couldn't shouldn't i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd
she'll it's it'd it'll we're we've we'd we'll they're they've they'd they'll that's that'd that'll there's here's
what's who's where's how's let's ain't gotta
"""

#: English words that hold sentences together, and the small change of conversation: neither says what a text is about.
STOP_WORDS = frozenset(f"{_GRAMMAR} {_TALK}".split())


def tokens(text: str) -> list[str]:
    """The words of a text without surrounding punctuation: `3.5`, `C++`, `don't` and `#4117` are one each."""
    return _TOKEN.findall(text)


def part_sentences(text: str) -> str:
    """The text with a space after every full stop that lacks one between sentences.

    >>> part_sentences("the end.And so on with Nut.js")
    'the end. And so on with Nut.js'
    """
    return _RUN_ON.sub(". ", text)


def stem(word: str) -> str:
    """Lower case, without a possessive or plural ending: enough to see that two words name the same thing.

    >>> [stem(one) for one in ("Kjærlund's", "tides", "glass")]
    ['kjærlund', 'tide', 'glass']
    """
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_content(word: str) -> bool:
    """Whether a word can say what a text is about."""
    return len(word) > 1 and word.lower().replace("’", "'") not in STOP_WORDS


def content_stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order."""
    return [stem(word) for word in tokens(text) if is_content(word)]


def count_words(text: str) -> int:
    """How many words a text has; two signs of a script without spaces count as one.

    >>> count_words("the tide rose"), count_words("今天我们谈谈潮汐")
    (3, 4)
    """
    unspaced = sum(len(run) for run in _UNSPACED_RUN.findall(text))
    return len(_UNSPACED_RUN.sub(" ", text).split()) + (unspaced + 1) // 2


def topic_stems(text: str) -> list[str]:
    """What `content_stems` gives, and pairs of neighbouring signs for scripts without spaces.

    >>> topic_stems("今天潮汐 and tides")
    ['tide', '今天', '天潮', '潮汐']
    """
    pairs = [run[at : at + 2] for run in _UNSPACED_RUN.findall(text) for at in range(max(1, len(run) - 1))]
    return content_stems(_UNSPACED_RUN.sub(" ", text) if pairs else text) + pairs
