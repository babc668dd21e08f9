"""Marian folders (OPUS-MT), read natively: their names, weights and tokenizers."""
