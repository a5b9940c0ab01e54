"""What the synthetic scenarios share: size and inputs, label rules, drift schedules, levels."""
