"""The same numbers sooner: packed weights, fixed shapes. Skip this to understand the models."""
