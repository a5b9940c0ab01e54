"""Production: a policy that was simulated runs on real data; the replay's memo lies on the disk."""
