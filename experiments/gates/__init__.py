"""The benchmark of gates: which damaged data they let serve, and how long good models wait."""
