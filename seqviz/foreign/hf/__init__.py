"""Models that the ``transformers`` library runs: one adapter for all its families."""
