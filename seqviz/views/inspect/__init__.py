"""Inspect a test set: its table, its sentences, the way from each to its search."""
