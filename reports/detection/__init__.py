"""The report of a benchmark of detectors: from saved tables to metrics, figures and one page."""
