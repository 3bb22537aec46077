"""A pocket calculator: works the steps of an explanation out again from nothing but the numbers that are printed.

It reads the expression and the printed inputs of each step, and knows no code of cdi. What a step was rounded by where
it is printed is carried through: each input is moved by half a unit of its last digit, and what that moves is allowed.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable
from statistics import NormalDist
from typing import Any

import scipy.stats

SMALLEST = 1e-6
"""What a step may be moved by, however small it is: no figure is printed with more decimals."""

FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "asin": lambda value: math.asin(min(value, 1.0)),  # a rounded 1 may lie beyond
    "max": max,
    "min": min,
    "normal_quantile": NormalDist().inv_cdf,
    "normal_share": lambda value: float(scipy.stats.norm.cdf(value)),
    "t_quantile": lambda share, df: float(scipy.stats.t.ppf(share, df)),
    "beta_quantile": lambda share, a, b: float(scipy.stats.beta.ppf(share, a, b)),
    "beta_share": lambda value, a, b: float(scipy.stats.beta.cdf(value, a, b)),
    "binomial_chance": lambda x, n, p: float(scipy.stats.binom.pmf(x, n, p)),
    "hypergeometric_chance": lambda x, n, M, N: float(scipy.stats.hypergeom.pmf(x, N, M, n)),
    "hypergeometric_share": lambda x, n, M, N: float(scipy.stats.hypergeom.cdf(x, N, M, n)),
}

SIGNS: dict[type[ast.operator], Callable[[Any, Any], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def work_out(expression: str, values: dict[str, float]) -> float:
    """Work an expression out, which may hold numbers, names, four signs, powers and the functions above."""

    def of(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.Name):
            return values[node.id]
        if isinstance(node, ast.BinOp):
            return SIGNS[type(node.op)](of(node.left), of(node.right))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return FUNCTIONS[node.func.id](*map(of, node.args))
        raise AssertionError(ast.unparse(node))

    return of(ast.parse(expression, mode="eval").body)


def read(printed: str, digits: int) -> tuple[float, float]:
    """Read a printed number, and by how much it may differ from what was printed: a whole one by nothing."""
    value = float(printed.replace(",", ""))
    return value, abs(value) * 5 * 10.0**-digits if "." in printed else 0.0


def wrong(steps: Iterable[Any]) -> list[str]:
    """List what of a working does not follow from the printed numbers before it."""
    known: dict[str, tuple[str, int]] = {}
    found = []
    for step in steps:
        if step.expression:
            found += _wrong(step, known)
        known[step.name] = step.printed, step.digits
    return found


def _wrong(step: Any, known: dict[str, tuple[str, int]]) -> list[str]:
    unknown = [name for name, text in step.inputs if known.get(name, ("", 0))[0] != text]
    if unknown:
        return [f"{step.name}: {unknown} stand nowhere before it"]
    numbers = {name: read(*known[name]) for name, _ in step.inputs}
    central = {name: value for name, (value, _) in numbers.items()}
    found = work_out(step.expression, central)
    moved = sum(
        max(abs(work_out(step.expression, {**central, name: value + way * error}) - found) for way in (-1, 1))
        for name, (value, error) in numbers.items()
        if error
    )
    printed, error = read(step.printed, step.digits)
    # what cancels leaves a share of its terms
    noise = 1e-12 * max([abs(printed), *(map(abs, central.values()) if printed == 0 else ())])
    if abs(found - printed) > moved + error + noise:
        return [f"{step.name} = {step.expression}: {found!r}, printed {step.printed}"]
    # a step that could come to anything would show nothing
    if printed and moved > 2e-6 * abs(printed) and moved > SMALLEST:
        return [f"{step.name} = {step.expression}: {step.printed} only to {moved:.3g}"]
    return []
