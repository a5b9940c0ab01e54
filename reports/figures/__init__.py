"""Figures of a report, one file each."""
