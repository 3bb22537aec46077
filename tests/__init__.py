"""The regression net, by one profile of Hypothesis: no seed by chance, and as long as a machine takes.

The examples follow from the tests and from the numbers that the code holds, so that a change may bring new ones. A
search of its own, with as many and other examples each time, is ``CDI_EXAMPLES=200 python -m pytest FILE``. With
``CDI_NET=5`` the net is thin: it is what the checks hold the oldest versions to.
"""

import os

from hypothesis import settings

NET = int(os.environ.get("CDI_NET", "20"))
settings.register_profile("regression net", derandomize=True, deadline=None, max_examples=NET, database=None)
settings.load_profile("regression net")
SEARCHED = int(os.environ.get("CDI_EXAMPLES", "0"))
if SEARCHED:
    settings.register_profile("search", derandomize=False, max_examples=SEARCHED)
    settings.load_profile("search")


def at_most(examples: int) -> settings:
    """Look at fewer examples where each reads whole samples; a search looks at as many as anywhere."""
    return settings(max_examples=SEARCHED or min(NET, examples))
