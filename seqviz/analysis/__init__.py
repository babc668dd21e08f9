"""Pure functions from arrays to arrays: what the figures show."""
