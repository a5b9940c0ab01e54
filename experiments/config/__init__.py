"""Configuration: composing it, building objects from it, and naming what is wrong with it."""
