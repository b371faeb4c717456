"""What the product costs, measured here and now: `make bench` prints the tables. Nothing is asserted."""
