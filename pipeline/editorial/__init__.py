"""Where topics turn, what chapters are called, and what show notes say: found in the words that were said."""
