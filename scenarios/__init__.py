"""Scenarios: what makes a stream, with its exact truth, from a seed. One file a scenario."""
