"""The sweeper that `-m` picks up: all cells of a sweep as one study."""
