"""Results on disk: written atomically, keyed by content, resumable."""
