"""What is taken out of a recording: where it is silent, what a person named, words that only fill."""
