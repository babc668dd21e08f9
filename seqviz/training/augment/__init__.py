"""More training pairs from those that are there: numbers and names replaced on both sides.

``slots`` says what a replaceable place is, ``numbers`` and ``names`` find such places, and
``augmented`` draws pairs from them. Off unless a config has an ``[augment]`` table.
"""
