"""The regression net; one fixed profile of Hypothesis: the same examples in every run, however slow the machine."""

from hypothesis import settings

settings.register_profile("regression net", derandomize=True, deadline=None, max_examples=25, database=None)
settings.load_profile("regression net")
