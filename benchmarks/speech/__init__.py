"""Words and speakers against truth, beside what people use today: `make bench-speech` prints the tables."""
