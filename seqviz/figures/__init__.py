"""Pure functions from a Trace, or arrays, to a chart."""
