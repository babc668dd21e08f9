"""One translation: attention, search, greedy beside beam search."""
