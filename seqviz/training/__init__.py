"""The project's own trainer: from a config and sentence pairs to a model folder."""
