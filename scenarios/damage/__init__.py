"""Damage of the data that arrive: what is scored is the truth."""
