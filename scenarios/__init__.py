"""Scenarios: streams with exact ground truth from a seed; one file per scenario."""
