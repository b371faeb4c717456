"""Turns and words as hypothesis draws them, in whatever moments a test wants."""

from __future__ import annotations

from hypothesis import strategies as st

from pipeline.models import Turn, Word


@st.composite
def draw_turns(draw: st.DrawFn, moments: st.SearchStrategy[float], shortest: float) -> tuple[Turn, ...]:
    """Up to a dozen turns of three people, ordered by start, of `shortest` seconds or more; they may overlap."""
    spans = draw(st.lists(st.tuples(moments, moments, st.sampled_from("ABC")), max_size=12))
    made = [Turn(start=min(x, y), end=max(x, y) + shortest, speaker=speaker) for x, y, speaker in spans]
    return tuple(sorted(made, key=lambda turn: turn.start))


@st.composite
def draw_words(draw: st.DrawFn, moments: st.SearchStrategy[float], texts: tuple[str, ...]) -> list[Word]:
    """Up to thirty words in order that do not overlap."""
    edges = sorted(draw(st.lists(moments, max_size=60)))
    said = st.sampled_from(texts)
    return [Word(start=start, end=end, text=draw(said)) for start, end in zip(edges[::2], edges[1::2], strict=False)]
