"""The package's own code, read once for all tests that look at it: it is long, and many do."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from pathlib import Path

__all__ = ["tree_of", "walk"]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Parse a module; whoever looks at the tree leaves it as it is."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def walk(node: ast.AST) -> Iterable[ast.AST]:
    """Give a node and all that is in it; a module is gone through once."""
    return _nodes(node) if isinstance(node, ast.Module) else ast.walk(node)
