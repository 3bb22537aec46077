"""The working of forces side by side: the published lines, the funnel at a force's size, and its adjusted rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cdi import wording
from cdi.binomial.intervals import tail_of
from cdi.binomial.published import PRINTED_LEVEL, PublishedRate
from cdi.explaining.figures import AGREES, Asked, Figure, NoWorkingError, work_out
from cdi.explaining.published import as_published, limits_as_published, size_as_published
from cdi.explaining.scores import normal_score_of
from cdi.explaining.steps import Section, Working
from cdi.explaining.terms import Term, call, number, total
from cdi.parameters import LEVEL
from cdi.peers.side_by_side import DRAWS
from cdi.printing import lines
from cdi.survey.sampling import share
from cdi.variation.funnel import BY_CHANCE, WINSORISED, Funnel
from cdi.variation.shrinkage import LEAST_STRENGTH, BetaBinomial, Nodes, Shrunken

if TYPE_CHECKING:
    from cdi.peers.force_results import ForceRates
    from cdi.peers.side_by_side import Force, Forces
    from cdi.printing.tables import Row
    from cdi.variation.outliers import OutlierLines

__all__ = ["Figures", "figures_of", "place_of", "said", "worked_out"]

SAID = wording.EXPLAINED


@dataclass(frozen=True, slots=True)
class Figures:
    """The rows of one force, or that of the lines of all, and the rate behind them."""

    rows: tuple[Row, ...]
    force: Force | None = None  # None: the lines of all forces
    figure: Figure | None = None  # of a rate that was estimated here, while its rows are there

    @property
    def row(self) -> Row:
        """The first of its rows, by which it is named."""
        return self.rows[0]

    @property
    def title(self) -> str:
        """What it is called."""
        return wording.figure_of(self.row.measure.name, ", ".join(lines.named(self.row)))


def figures_of(found: Forces) -> list[Figures]:
    """Set each force beside its rate; the lines of all forces come last."""
    own = _estimated(found.rates)
    made = []
    for force in found.rows:
        row = force.rate.row
        rows = (row,) if force.adjusted is None else (row, force.adjusted)
        made.append(Figures(rows, force, own.get(row.label)))
    made += [Figures((row,)) for row in found.table.rows if row.whole]
    return made


def _estimated(rates: ForceRates) -> dict[tuple[str, ...], Figure]:
    """Estimate the rates of an audit again, for the sums behind them; a saved result has no rows to count."""
    audit = rates.audit
    if audit is None or not audit.has_rows:
        return {}
    found = share(audit, "force", measure=rates.measure.key)
    places = {row.label: i for i, row in enumerate(found.rows) if not row.whole}
    rows = {rate.row.label: rate.row for rate in rates.rates}
    # a rate of national figures may rest on more than the rows of its force
    same = (label for label, row in rows.items() if label in places and found.estimate[places[label]] == row.estimate)
    return {label: Figure(rows[label], found, places[label], None) for label in same}


def worked_out(each: Figures, found: Forces) -> tuple[Section, ...]:
    """Work out all that is printed of a force, or the published lines of all."""
    work = Working()
    work.figure(each.title)
    force = each.force
    if force is None:
        _print_lines(work, found.lines, _lines(work, found.lines))
        return work.finished()
    _rate(work, each, found)
    _place(work, each, force, found)
    return work.finished()


def place_of(name: str, found: Forces) -> tuple[Section, ...]:
    """Work out where a force lies among the others, given its rate, whose own working stands elsewhere."""
    work = Working()
    force = next(each for each in found.rows if each.name == name)
    each = Figures((force.rate.row,), force)
    work.figure(each.title)
    _place(work, each, force, found)
    return work.finished()


def _place(work: Working, each: Figures, force: Force, found: Forces) -> None:
    """Work out how far a force lies from the lines and at what place in the funnel, and its adjusted rate."""
    if force.z is not None and not found.lines.all_equal:
        _distance(work, found.lines, _lines(work, found.lines), each.row)
    if force.adjusted is not None and found.funnel is not None and found.shrunken is not None:
        place = found.funnel.names.index(force.name)
        _funnel(work, found.funnel, place)
        _adjusted(work, found.shrunken, place, force.adjusted)


def said(each: Figures, found: Forces) -> Iterator[str]:
    """Say what of a force has no working, and why."""
    force = each.force
    if force is None:
        return
    audit = found.rates.audit
    if audit is not None and each.figure is None:
        yield wording.rate_of_nation(force.name) if audit.has_rows else wording.rate_not_kept(force.name)
    if force.z is None:
        yield wording.takes_no_part(force.name)
    elif force.adjusted is None:
        yield wording.no_funnel_of(force.name)
    else:
        yield wording.chances_drawn(DRAWS)


# ---- the rate of a force


def _rate(work: Working, each: Figures, found: Forces) -> None:
    """Work out a rate of an audit from its sums, and the interval of a published one."""
    row, tail = each.row, tail_of(found.table.level, "both")
    if each.figure is not None:
        asked = Asked(found.table.level, found.table.method, "both", together=False, published=False)
        work_out(work, each.figure, asked, None)
        return
    if row.estimate is None:
        raise NoWorkingError
    if found.rates.audit is not None:
        work.section("as-kept")
        work.given("p", row.estimate, SAID["rate-kept"])
        return
    half = None
    if row.low is not None and row.high is not None:
        z, z_0 = (call("normal_quantile", number(1 - each)).value for each in (tail, (1 - PRINTED_LEVEL) / 2))
        half = round((row.high - row.low) / 2 * z_0 / z, 12)
    printed = as_published(work, PublishedRate(row.estimate, half), tail)
    ends = limits_as_published(work, printed, printed.half, possible=False)
    size = size_as_published(work, printed)
    _verify([(printed.rate.p, row.estimate), (size, row.n_eff), (ends.get("low"), row.low)])
    _print(work, {"estimate": printed.rate.p, **ends}, row)


def _print(work: Working, found: dict[str, Term], row: Row, symbol: str = "rate %") -> None:
    """Round a rate and its limits as the page does."""
    work.section("printed")
    work.step(symbol, 100 * found["estimate"], SAID["in-percent"], shown=lines.rate(row.estimate))
    for side, name, value in (("low", "from %", row.low), ("high", "to %", row.high)):
        if side in found and value is not None:
            work.step(name, 100 * found[side], SAID[f"{side}-in-percent"], shown=lines.rate(value, side))


# ---- the published lines


@dataclass(frozen=True, slots=True)
class _Lines:
    """The centre of the lines and their distance from it, on the scale of the lines."""

    centre: Term
    sd: Term


def _lines(work: Working, found: OutlierLines) -> _Lines:
    """Work out the mean of the forces and their standard deviation, which counts each force once."""
    on_logs = found.scale == "log"
    work.section("line-rates", "forces")
    values, logs = [], []
    for i, (name, value) in enumerate(zip(found.names, found.values.tolist(), strict=True)):
        at = (i + 1, name)
        values.append(work.given("v", value, SAID["rate-of-force"], at))
        if on_logs:
            logs.append(work.step("l", call("log", values[-1]), SAID["log-of-rate"], "", at))
    taken = logs or values
    k = len(taken)
    work.section("lines")
    if found.raw_test is not None:
        work.given("W", found.raw_test.W, SAID["looks-normal"], reference="royston")
        work.given("p_W", found.raw_test.p, SAID["looks-normal-p"], reference="royston")
    centre = work.step("mean", total(taken) / k, SAID["mean-of-logs" if on_logs else "mean-of-forces"])
    if found.all_equal:
        return _Lines(centre, number(0))
    work.section("line-squares", "forces")
    squares = [
        work.step("d2", (each - centre) ** 2, SAID["squared-distance"], "", (i + 1, name))
        for i, (each, name) in enumerate(zip(taken, found.names, strict=True))
    ]
    work.section("lines")
    sd = work.step("sd", call("sqrt", total(squares) / (k - 1)), SAID["sd-of-forces"])
    return _Lines(centre, sd)


def _print_lines(work: Working, found: OutlierLines, of: _Lines) -> None:
    """Work out the lines themselves: one standard deviation below and above the mean."""
    low, high, centre = of.centre - of.sd, of.centre + of.sd, of.centre
    if found.all_equal:
        low = high = centre
    if found.scale == "log":
        low, high, centre = (call("exp", each) for each in (low, high, centre))
        centre = work.step("centre", centre, SAID["centre-of-lines"])
    ends = {"estimate": centre}
    for side, end in (("low", low), ("high", high)):
        ends[side] = work.step(f"line_{side}", end, SAID[f"line-{side}"])
    told = {"estimate": found.centre, "low": found.low, "high": found.high}
    _verify([(ends[name], value) for name, value in told.items()])
    work.section("printed")
    for name, value in told.items():
        work.step(f"{name} %", 100 * ends[name], SAID[f"line-{name}-in-percent"], shown=lines.percent(value))


def _distance(work: Working, found: OutlierLines, of: _Lines, row: Row) -> None:
    """Work out how many standard deviations a force lies from the mean: beyond 1 it is outside the lines."""
    value = row.estimate
    if value is None:
        raise NoWorkingError
    own = work.given("v_f", value, SAID["rate-of-force"])
    if found.scale == "log":
        own = call("log", own)
    z = work.step("z_f", (own - of.centre) / of.sd, SAID["distance-from-mean"])
    _verify([(z, float(found.z[found.names.index(row.label[0])]))])
    _hundredths(work, "z_p", z, "score-printed")


def _hundredths(work: Working, name: str, of: Term, words: str) -> None:
    """Show what a score is printed as."""
    work.step(name, of, SAID[words], shown=f"{round(of.value, 2) + 0.0:.2f}")


# ---- the funnel


def _funnel(work: Working, found: Funnel, place: int) -> None:
    """Work out the distance of a force from the centre with the usual spread in, its p and q, and the limits."""
    samples, k = found.samples, len(found.names)
    at = [(i + 1, name) for i, name in enumerate(found.names)]
    work.section("funnel-rates", "forces")
    rates = [work.given("p_j", float(value), SAID["rate-of-force"], at[i]) for i, value in enumerate(samples.rates)]
    sizes = [work.given("n_j", float(value), SAID["size-of-force"], at[i]) for i, value in enumerate(samples.sizes)]
    counts = [
        work.step("c_j", p * n, SAID["count-of-force"], "", at[i])
        for i, (p, n) in enumerate(zip(rates, sizes, strict=True))
    ]
    work.section("funnel-centre")
    centre = total(counts) / total(sizes)
    if found.notes:  # nothing could vary around 0 or 1
        centre = (total(counts) + 0.5) / (total(sizes) + 1)
    c = work.step("c_f", centre, SAID["pooled-rate"], "spiegelhalter")
    tau2 = work.given("tau2", found.tau2, SAID["spread-of-forces" if found.tau2 else "no-spread-of-forces"],
                      reference="paule-mandel" if found.tau2 else "")  # fmt: skip
    work.section("funnel-scores", "forces")
    away = []
    for i, (p, n) in enumerate(zip(rates, sizes, strict=True)):
        away.append(_with_spread(work, (p, n, c), tau2, ("_j", at[i])))
    _drawn_in(work, found, away, k)
    work.section("funnel-test")
    a = work.step("a_f", away[place], SAID["score-of-force"])
    p_values = [2 * call("normal_share", 0 - call("max", each, 0 - each)) for each in away]
    p = work.step("P", p_values[place], SAID["p-of-force"], "normal")
    q = _discovery(work, found, (p_values, p), place)
    _verify([(c, found.target), (a, found.z_adjusted[place]), (p, found.p[place]), (q, found.q[place])])
    work.given("fdr", found.fdr, SAID["discovery-rate"], reference="benjamini-hochberg")
    _limits(work, found, (sizes[place], c, tau2), place)


def _with_spread(work: Working, given: tuple[Term, Term, Term], tau2: Term, name: tuple[str, tuple[int, str] | None],
                 ) -> Term:  # fmt: skip
    """Work out the distance of a rate from the centre, and what is left of it with the spread between forces in."""
    (p, n, c), (suffix, at) = given, name
    z = normal_score_of(work, given, suffix, at)
    if tau2.value == 0:
        return z
    half, rest = number(0.5), 1 - p
    logit = call("log", (p * n + half) / (rest * n + half)) - call("log", (c * n + half) / ((1 - c) * n + half))
    d = work.step(f"d{suffix}", logit, SAID["logits-apart"], "", at)
    both = call("sqrt", d**2 + tau2 * z**2)
    if both.value == 0:
        return z
    return work.step(f"a{suffix}", z * call("max", d, 0 - d) / both, SAID["score-with-spread"], "spiegelhalter", at)


def _drawn_in(work: Working, found: Funnel, away: Sequence[Term], k: int) -> None:
    """Show that the squares of the distances, the tenth at either end drawn in, sum to what chance gives."""
    ordered = sorted(away, key=lambda each: each.value)
    place = WINSORISED * (k - 1)
    i, part = int(place), number(round(place % 1, 12))
    work.section("spread-ends")
    ends = []
    for side, first, second in (("low", i, i + 1), ("high", k - 1 - i, k - 2 - i)):
        one = work.step(f"{side}_1", ordered[first], wording.ranked_score(first + 1, k))
        other = work.step(f"{side}_2", ordered[second], wording.ranked_score(second + 1, k))
        ends.append(work.step(f"{side}_w", one + part * (other - one), SAID[f"drawn-in-{side}"], "spiegelhalter"))
    low, high = ends
    work.section("spread-squares", "forces")
    squares = [
        work.step("s_j", call("min", call("max", each, low), high) ** 2, SAID["square-drawn-in"], "", (j + 1, name))
        for j, (each, name) in enumerate(zip(away, found.names, strict=True))
    ]
    work.section("spread")
    S = work.step("S_w", total(squares), SAID["squares-drawn-in"], "spiegelhalter")
    usual = work.given("e_w", BY_CHANCE, SAID["square-by-chance"], reference="normal")
    expected = work.step("E_w", usual * (k - 1), SAID["squares-by-chance" if found.tau2 else "squares-by-chance-more"])
    if found.tau2:
        _verify([(S, expected.value)])


def _discovery(work: Working, found: Funnel, given: tuple[Sequence[Term], Term], place: int) -> Term:
    """Work out the p-value adjusted for all forces: the least of p k / rank among those that are no smaller."""
    (every, own), k = given, len(found.names)
    order = sorted(range(k), key=lambda i: every[i].value)
    rank, best = min(
        ((j + 1, i) for j, i in enumerate(order) if every[i].value >= own.value),
        key=lambda pair: every[pair[1]].value * k / pair[0],
    )
    p = own if best == place else work.step("P_j", every[best], wording.p_value_of(found.names[best]), "normal")
    m, j = work.given("m_f", k, SAID["forces-tested"]), work.given("j", rank, SAID["rank"])
    return work.step("q", call("min", p * m / j, number(1)), SAID["q-of-force"], "benjamini-hochberg")


def _limits(work: Working, found: Funnel, given: tuple[Term, Term, Term], place: int) -> None:
    """Write down the limits at the size of a force, and show what lies beyond each."""
    n, c, tau2 = given
    held, tail = found.limits(found.samples.sizes[place], LEVEL), tail_of(LEVEL, "both")
    for side, end in (("low", float(held.low[0])), ("high", float(held.high[0]))):
        work.section("funnel-limits")
        limit = work.given(f"f_{side}", end, SAID[f"funnel-{side}"])
        a = _with_spread(work, (limit, n, c), tau2, (f"_{side}", None))
        beyond = work.step(f"b_{side}", call("normal_share", a if side == "low" else 0 - a),
                           SAID["beyond-end" if end in (0, 1) else f"beyond-{side}"], "normal")  # fmt: skip
        if end not in (0, 1):
            _verify([(beyond, tail)])


# ---- the adjusted rate


def _adjusted(work: Working, found: Shrunken, place: int, row: Row) -> None:
    """Work out the rate drawn towards the mean, and its limits: over all priors that the rates could come from."""
    prior, samples = found.prior, found.prior.samples
    if not isinstance(prior, BetaBinomial):
        raise NoWorkingError
    work.section("prior")
    p = work.given("p_f", float(samples.rates[place]), SAID["rate-of-force"])
    n = work.given("n_f", float(samples.sizes[place]), SAID["size-of-force"])
    mu = work.given("mu", prior.mean, SAID["prior-mean"], reference="beta-binomial")
    if np.isfinite(prior.strength):
        M = work.given("M", prior.strength, SAID["prior-strength"], reference="beta-binomial")
        estimate = work.step("p_a", mu + n / (n + M) * (p - mu), SAID["drawn-rate"], "beta-binomial")
    else:
        estimate = work.step("p_a", mu, SAID["drawn-to-mean"], "beta-binomial")
    parts = list(_priors(work, prior.nodes(), (p, n, estimate)))
    work.section("adjusted")
    V = work.step("V", total(parts), SAID["adjusted-variance"], "kass-steffey")
    worth = work.step("m_b", call("max", estimate * (1 - estimate) / V - 1, number(LEAST_STRENGTH)), SAID["beta-worth"])
    a, b = (work.step(*each) for each in (("a_b", estimate * worth, SAID["beta-a"]),
                                          ("b_b", (1 - estimate) * worth, SAID["beta-b"])))  # fmt: skip
    tail = tail_of(row.level, "both")
    ends = {
        side: work.step(f"{side}_a", call("beta_quantile", number(round(share_, 12)), a, b), SAID[f"{side}-beta"])
        for side, share_ in (("low", tail), ("high", 1 - tail))
    }
    _verify([(estimate, row.estimate), (ends["low"], row.low), (ends["high"], row.high)])
    _print(work, {"estimate": estimate, **ends}, row, "adjusted %")


def _priors(work: Working, nodes: Nodes, given: tuple[Term, Term, Term]) -> Iterator[Term]:
    """Work out, for each prior that the rates could come from, what it adds to the variance."""
    p, n, estimate = given
    work.section("priors", "priors")
    for g in range(len(nodes.weight)):
        at = (g + 1, str(g + 1))
        w = work.given("w_g", float(nodes.weight[g]), SAID["prior-weight"], at, reference="morris")
        M = work.given("M_g", float(nodes.spread[g]), SAID["prior-worth"], at, reference="morris")
        mu = work.given("mu_g", float(nodes.centre[g]), SAID["prior-centre"], at)
        u = work.given("u_g", float(nodes.doubt[g]), SAID["prior-doubt"], at)
        kept = work.step("k_g", n / (n + M), SAID["prior-kept"], "", at)
        mean = work.step("e_g", mu + kept * (p - mu), SAID["prior-drawn"], "", at)
        variance = mean * (1 - mean) / (n + M + 1) + (1 - kept) ** 2 * u
        v = work.step("v_g", variance, SAID["prior-variance"], "", at)
        yield work.step("s_g", w * (v + (mean - estimate) ** 2), SAID["prior-part"], "kass-steffey", at)


def _verify(told: Sequence[tuple[Term | None, float | None]]) -> None:
    """Refuse a working that does not lead to what is printed."""
    for term, value in told:
        if term is not None and not (value is not None and np.isclose(term.value, value, rtol=AGREES, atol=1e-9)):
            raise NoWorkingError
