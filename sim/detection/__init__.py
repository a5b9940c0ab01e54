"""Drift detection: alarms matched to drifts, metrics, trade-off curves, regressions."""
