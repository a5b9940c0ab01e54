"""The oracle: the cheapest schedule of retrainings, by dynamic programming."""
