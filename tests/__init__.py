"""The regression net, by one profile of Hypothesis: no seed by chance, and as long as a machine takes.

The examples follow from the tests and from the numbers that the code holds, so that a change may bring new ones. A
search of its own, with as many and other examples each time, is ``CDI_EXAMPLES=200 python -m pytest FILE``. With
``CDI_NET=5`` the net is thin: it is what the checks hold the oldest versions to.
"""

import os

from hypothesis import settings

NET = int(os.environ.get("CDI_NET", "25"))
settings.register_profile("regression net", derandomize=True, deadline=None, max_examples=NET, database=None)
settings.load_profile("regression net")
if "CDI_EXAMPLES" in os.environ:
    settings.register_profile("search", derandomize=False, max_examples=int(os.environ["CDI_EXAMPLES"]))
    settings.load_profile("search")
