"""The package's own code, read once for all tests that look at it: it is long, and many do."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

__all__ = ["tree_of"]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Parse a module; whoever looks at the tree leaves it as it is."""
    return ast.parse(path.read_text(encoding="utf-8"))
