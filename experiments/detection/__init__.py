"""The benchmark of drift detectors, and the check that compares it with a baseline."""
