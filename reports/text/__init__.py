"""Sentences of a report: the decision, the optimum and numbers in plain English."""
