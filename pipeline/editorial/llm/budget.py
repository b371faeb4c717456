"""How many tokens a question takes, what it costs, and how a long chapter is cut so that it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import LlmConfig
from pipeline.editorial.engine import EngineError

#: No tokenizer is known for a model that is only an address. English has four bytes a token and more, Cyrillic and
#: Chinese about three: with three, what fits by this count fits.
_BYTES_A_TOKEN = 3
#: What chat templates put around messages.
_AROUND = 60
#: What is told when an answer could not be used.
COMPLAINT = 200


def count_tokens(text: str) -> int:
    """About how many tokens a text takes; rather more than it does."""
    return -(-len(text.encode()) // _BYTES_A_TOKEN)


def room(settings: LlmConfig, *told: str) -> int:
    """How many tokens are left for what is shown, beside an answer, a complaint, and the texts `told`.

    Raises EngineError when that is hardly any.
    """
    left = settings.context - settings.max_answer - COMPLAINT - _AROUND - sum(map(count_tokens, told))
    if left < settings.context // 10:
        raise EngineError(
            f"editorial.llm.context {settings.context} leaves no room for a transcript beside prompts and answer"
        )
    return left


def cut(lines: Sequence[str], most: int) -> list[range]:
    """Which lines stand together so that each group has at most `most` tokens: few groups, of about the same size.

    A line that is longer than that stands alone.
    """
    sizes = [count_tokens(line) + 1 for line in lines]
    total = sum(sizes)
    even = total // max(1, -(-total // most)) + max(sizes, default=0)
    found: list[range] = []
    begin, held = 0, 0
    for at, size in enumerate(sizes):
        if at > begin and held + size > min(most, even):
            found.append(range(begin, at))
            begin, held = at, 0
        held += size
    return [*found, range(begin, len(sizes))] if sizes else []


@dataclass(slots=True)
class Meter:
    """What a stage may spend, and has: a cap on tokens, and on dollars where prices are known."""

    settings: LlmConfig
    tokens_in: int = 0
    tokens_out: int = 0

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """Dollars, where the prices are known."""
        settings = self.settings
        if settings.price_input is None or settings.price_output is None:
            return None
        return (tokens_in * settings.price_input + tokens_out * settings.price_output) / 1e6

    def require(self, tokens_in: int, tokens_out: int) -> None:
        """Raises EngineError when these tokens, with those spent so far, go over a cap."""
        settings = self.settings
        total_in, total_out = self.tokens_in + tokens_in, self.tokens_out + tokens_out
        if total_in + total_out > settings.max_tokens:
            raise EngineError(
                f"it would take about {total_in + total_out:,} tokens, more than editorial.llm.max_tokens "
                f"({settings.max_tokens:,}); {settings.model} is not asked"
            )
        cost = self.cost(total_in, total_out)
        if cost is not None and settings.max_cost is not None and cost > settings.max_cost:
            raise EngineError(
                f"it would cost up to {dollars(cost)}, more than editorial.llm.max_cost "
                f"({dollars(settings.max_cost)}); {settings.model} is not asked"
            )

    def spend(self, tokens_in: int, tokens_out: int) -> None:
        """Count an answer."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out


def dollars(amount: float) -> str:
    """An amount as people read it: `$0.004`, `$1.20`."""
    return f"${amount:.2f}" if amount >= 0.1 else f"${amount:.2g}" if amount else "$0"
