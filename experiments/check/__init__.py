"""A check: figures of detectors or gates against a baseline, and the verdict in every form."""
