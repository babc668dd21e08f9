"""A small training that one watches: its process, its messages, its limits."""
