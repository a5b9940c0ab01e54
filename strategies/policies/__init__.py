"""Policies of the literature: when to retrain, each with what validates it (docs/policies.md)."""
