"""The lecture: why attention."""
