"""`python -m benchmarks [NAME…]`: all of them, or those named."""

from __future__ import annotations

import importlib
import sys

NAMES = ("episode", "names", "boundaries")


def main() -> None:
    """Run the benchmarks named on the command line."""
    for name in sys.argv[1:] or NAMES:
        importlib.import_module(f"benchmarks.{name}").main()


main()
