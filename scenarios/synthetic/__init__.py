"""Shared parts of synthetic scenarios: base class, label rules, drift schedules, levels."""
