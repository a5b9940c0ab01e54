"""The same hypothesis settings for every test: the same examples on every machine."""

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("fixed")
