"""Figures of a report. Everything that needs matplotlib is in here."""
