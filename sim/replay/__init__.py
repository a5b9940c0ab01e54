"""Replay: the loop, what a strategy may see, the models it serves, and the ledger it leaves."""
