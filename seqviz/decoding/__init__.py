"""Search: from a model and source ids to recorded steps."""
