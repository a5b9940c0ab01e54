"""A study: its cells, the groups that share fits, and the tables and manifest that it leaves."""
