"""Parts of a strategy: when to retrain, on what, and when not."""
