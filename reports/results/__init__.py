"""Saved results of a study: manifest, tables and decisions, checked when they are read."""
