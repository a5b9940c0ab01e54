"""The laboratory: streams with exact truth, replay, the ledger, prices and metrics."""
