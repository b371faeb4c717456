"""Many episodes at once: where they come from, what runs them, and what came of each."""
