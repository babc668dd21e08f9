"""Encoder-decoder models and the seam through which a search uses them."""
