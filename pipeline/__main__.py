"""`python -m pipeline` is `showrunner`."""

from pipeline.cli import main

main()
