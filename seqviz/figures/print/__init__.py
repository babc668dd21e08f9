"""Pictures as they are printed: vector figures with a caption, on white paper."""
