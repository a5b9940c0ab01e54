"""Engines: where work runs, with progress and one thread a worker."""
