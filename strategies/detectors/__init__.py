"""Drift detectors: one file a family, and the registry that finds them by name."""
