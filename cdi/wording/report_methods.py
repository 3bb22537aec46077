"""The methods annex of a report: the name, the formula and the reference of each number."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["REPORT_METHODS", "method_card_name"]

_COCHRAN = "Cochran (1977), Sampling Techniques, chapter 6; Särndal, Swensson and Wretman (1992), chapter 5."
_MANSKI = "Manski (1989), Journal of Human Resources 24, 343-360."

REPORT_METHODS: Mapping[str, tuple[str, str, str]] = {
    "ratio": (
        "Recording rate",
        "p = Σ w x / Σ w y: crimes recorded (x) over crimes due (y), each report with its weight w",
        _COCHRAN,
    ),
    "ratio-grounds": (
        "Share of searches with reasonable grounds recorded",
        "p = Σ w x / Σ w y: records with reasonable grounds (x) over records reviewed (y)",
        _COCHRAN,
    ),
    "ratio-review": (
        "Share of case files with the answer counted",
        "p = Σ w x / Σ w y: files with the answer counted (x) over files that were asked (y)",
        _COCHRAN,
    ),
    "variance": (
        "Standard error of a rate",
        "v = Σ_h (1 − f_h) n_h / (n_h − 1) Σ_i (w e − mean)² / (Σ w y)², e = x − p y, by stratum h, with n_h of N_h "
        "drawn and f_h = n_h / N_h",
        _COCHRAN,
    ),
    "wilson": (
        "Confidence interval (wilson)",
        "n_eff = p (1 − p) / v0, between (Σ w y)² / Σ (w y)² and the sample size, times (t(m − 1) / t(d))² and (N − 1) "
        "/ (N − n); k = z² / n_eff; ((p + k/2) ± √(k (p (1 − p) + k/4))) / (1 + k)",
        "Korn and Graubard (1998), Survey Methodology; Franco, Little, Louis and Slud (2019), Journal of Survey "
        "Statistics and Methodology; Brown, Cai and DasGupta (2001).",
    ),
    "published": (
        "Confidence interval (published)",
        "p ± 1.96 √(p (1 − p) / m), with crimes taken as independent; over categories with recorded crime R "
        "p ± 1.96 √(Σ W² p (1 − p) / m), W = (R / p) / Σ (R / p)",
        "None is published: the formula is inferred from printed rates and half widths, which it reproduces.",
    ),
    "as-printed": (
        "Intervals of earlier and other results",
        "rate ± half width, as they were printed, and so rounded",
        "The sources named under each table.",
    ),
    "unrecorded": (
        "Crimes not recorded",
        "U = R (1 − p) / p, R the recorded crime of the period; its interval is that of the rate, mapped: "
        "R (1 / high − 1) to R (1 / low − 1)",
        "The ratio estimator with a known total: " + _COCHRAN,
    ),
    "unrecorded-total": (
        "Overall rate from recorded crime",
        "U = Σ_k R_k (1 − p_k) / p_k over categories k; p = R / (R + U): a harmonic mean of their rates",
        "The ratio estimator with a known total: " + _COCHRAN,
    ),
    "frame": (
        "Overall rate (reports frame)",
        "p = Σ_h N_h x̄_h / Σ_h N_h ȳ_h: strata h weighed by the reports N_h that they were drawn from",
        _COCHRAN,
    ),
    "route-share": (
        "Recorded crime in audited routes",
        "R = g R in every formula, g the share of recorded crime that comes through audited routes",
        "As stated in the file of the inspection.",
    ),
    "net": (
        "Net of over-recorded crime",
        "U = R (1 − c) (1 − p) / p; Var(log U) = v_c / (1 − c)² + v_p / (p (1 − p))², c the share that should not have "
        "been recorded",
        "Delta method for the product of two independent estimates.",
    ),
    "difference": (
        "Difference of two rates",
        "d − √((p1 − l1)² + (u2 − p2)²) to d + √((u1 − p1)² + (p2 − l2)²), l and u the limits of each",
        "Newcombe (1998), Statistics in Medicine 17, 873-890, method 10; Zou and Donner (2008), Statistics in Medicine "
        "27, 1693-1702.",
    ),
    "verdict": (
        "Verdict",
        "higher or lower: the interval of the difference excludes 0; broadly unchanged: the interval at 1 − 2 (1 − "
        "level) lies inside the margin; no clear change: neither",
        "Two one-sided tests of equivalence; the margins are 3 percentage points overall and 5 for a category.",
    ),
    "published-verdict": (
        "Verdict (published style)",
        "broadly unchanged: the interval of the difference includes 0, that is, no significant difference",
        "As inspection reports read it.",
    ),
    "p-value": (
        "p-value",
        "the smallest 1 − level at which the interval of the difference excludes 0",
        "The interval, inverted.",
    ),
    "outlier-lines": (
        "Published lines",
        "unweighted mean of the forces ± 1 standard deviation; of the logs where rates do not look normal and their "
        "logs look more so",
        "Inspection reports; Royston (1995), Applied Statistics 44, for the test of normality.",
    ),
    "funnel": (
        "Funnel",
        "z = (logit p − logit t) / √(v + τ²), v = 1 / (n t (1 − t)), t the pooled rate; false discovery rate 10%",
        "Spiegelhalter (2005), Statistics in Medicine 24; Benjamini and Hochberg (1995), JRSS B 57.",
    ),
    "adjusted-rate": (
        "Adjusted rates of forces",
        "(M μ + n p) / (M + n), μ and M by maximum likelihood of the beta-binomial distribution; ranks by draws with "
        "the seed of the inspection",
        "Morris (1983), Journal of the American Statistical Association 78; Laird and Louis (1987), ibid. 82.",
    ),
    "timely": (
        "Recorded in time",
        "crimes recorded in time over crimes recorded; over all crimes due it is that share times the recording rate "
        "where some times are not known, and the ratio of totals otherwise",
        _COCHRAN,
    ),
    "timely-bounds": (
        "Bounds of shares in time",
        "all crimes without a known delay taken as late, and all as in time",
        _MANSKI,
    ),
    "delay": (
        "Median and 90th percentile of the delay",
        "the least delay up to which half, or nine in ten, of the crimes recorded lie; limits where the interval of "
        "that share meets the distribution",
        "Woodruff (1952), Journal of the American Statistical Association 47, 635-646.",
    ),
    "control-limits": (
        "Control limits",
        "a p' chart of normal scores of binomial mid-P at the effective size of each month, as unlikely by chance as "
        "three standard errors",
        "Laney (2002), Quality Engineering; Lancaster (1961), Journal of the American Statistical Association 56, "
        "223-234.",
    ),
    "rolling": (
        "Rate over 12 months",
        "the ratio of totals over the samples of the 12 calendar months that end with each month",
        _COCHRAN,
    ),
    "disclosure": (
        "Disclosure control",
        "bases under 10 are withheld, and in columns of personal characteristics or small areas also counts and "
        "complements of 1 to 4; further cells are withheld where a total would give one back",
        "Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, chapter 4.",
    ),
    "standards": (
        "Notes on small bases and wide intervals",
        "base under 30; effective size under 30; interval of 30 points or wider, or wider than 1.3 times the rate or "
        "what is left of 100%; fewer than 8 degrees of freedom",
        "Parker and others (2017), National Center for Health Statistics data presentation standards for proportions, "
        "Vital and Health Statistics 2(175).",
    ),
    "rounding": (
        "Rounding",
        "rates to one decimal of a percent, half away from zero; counts to 100, below 1,000 to 10, and their intervals "
        "outward",
        "The listings (CSV and JSON) are unrounded.",
    ),
    "rounding-published": (
        "Rounding (published style)",
        "rates and half widths to one decimal of a percent; counts down, to 100 for all crime, violence and from 1,000 "
        "up, and else to 10",
        "Inferred from printed counts. The listings (CSV and JSON) are unrounded.",
    ),
}
"""What is computed -> its name, its formula as plain text, and where it comes from."""


def method_card_name(method: str) -> str:
    """Name an interval method in the annex."""
    return f"Confidence interval ({method})"
