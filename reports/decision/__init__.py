"""The decision: what each setting costs at a price, how sure that is, and the rule for it."""
