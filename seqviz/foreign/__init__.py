"""Models that others wrote: Marian folders, and encoder-decoders of the transformers library."""
