"""Drift that is injected into the rows of any stream, at exact ticks."""
