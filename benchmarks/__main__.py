"""`python -m benchmarks [NAME…]`: all of them, or those named."""

from __future__ import annotations

import importlib
import sys

NAMES = ("episode", "names", "boundaries", "publishing", "backfill", "status")


def main() -> None:
    """Run the benchmarks named on the command line; what is no name is left to them."""
    for name in [one for one in sys.argv[1:] if one.isidentifier()] or NAMES:
        importlib.import_module(f"benchmarks.{name}").main()


main()
