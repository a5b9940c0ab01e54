"""The optimize command: search a strategy's parameters for the lowest total cost."""
