"""Recordings with a track for each person: when each began, whose it is, and one transcript out of several."""
