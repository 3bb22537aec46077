"""What holds for a whole run of the tests."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Leave what was collected out of every search for garbage: it is large, and stays to the end."""
    gc.collect()
    gc.freeze()
