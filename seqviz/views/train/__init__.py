"""How a system learnt: curves, replay, teacher forcing, live."""
