"""What if: other words, edited attention, another score, a given translation."""
