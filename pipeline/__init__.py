"""Showrunner: from a recording to a published podcast episode."""

__version__ = "0.1.0"
