"""The methods annex of a report: the name, the formula and the reference of each number."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.charting import capital

__all__ = ["REPORT_METHODS", "method_card_name", "method_of_rate"]

_COCHRAN = "Cochran (1977), Sampling Techniques, chapter 6; Särndal, Swensson and Wretman (1992), chapter 5."
_MANSKI = "Manski (1989), Journal of Human Resources 24, 343-360."

REPORT_METHODS: Mapping[str, tuple[str, str, str]] = {
    "symbols": (
        "Symbols",
        "h: a stratum; i: a report or record in the sample; N_h: how many there are in a stratum of the sampling "
        "frame, n_h: how many of them are in the sample, f_h = n_h / N_h; N and n: the same of the whole sample; y: "
        "crimes due in a report (1 for a record or file), x: those of them that were recorded (or have the answer "
        "counted); w: the weight of a report, N_h / n_h unless a weight is given; m: the sum of y; d: reports with "
        "crimes less strata with crimes, the degrees of freedom; p: the rate; v: its variance, v0: the same without "
        "the factors 1 − f_h; z and t(d): the points of the normal distribution and of the t distribution with d "
        "degrees of freedom that the confidence level leaves out in equal parts at both ends (z = 1.96 at 95%); R: "
        "recorded crime; U: crimes not recorded; k: a category, unless it is said to be something else",
        "Cochran (1977), Sampling Techniques.",
    ),
    "ratio": (
        "Recording rate",
        "p = Σ w x / Σ w y: crimes recorded divided by crimes due, each report weighted",
        _COCHRAN,
    ),
    "frame": (
        "Overall rate (weighted by frame)",
        "p = Σ_h N_h x̄_h / Σ_h N_h ȳ_h: x̄_h and ȳ_h: the means of x and y in a stratum, which is weighted by "
        "the number of reports in its sampling frame",
        _COCHRAN,
    ),
    "ratio-grounds": (
        "Share of searches with reasonable grounds recorded",
        "p = Σ w x / Σ w y: records with reasonable grounds divided by records reviewed",
        _COCHRAN,
    ),
    "ratio-review": (
        "Share of case files with the answer counted",
        "p = Σ w x / Σ w y: files with the answer counted divided by files to which the question applies",
        _COCHRAN,
    ),
    "variance": (
        "Standard error of a rate",
        "√v, v = Σ_h (1 − f_h) n_h / (n_h − 1) Σ_i (w e − ē_h)² / (Σ w y)²; e = x − p y, ē_h: the mean of w e in the "
        "stratum; where N_h is not known, f_h = 0",
        _COCHRAN,
    ),
    "effective-size": (
        "Effective sample size",
        "n_eff = n0 (t(m − 1) / t(d))² (N − 1) / (N − n); n0 = p (1 − p) / v0, but not less than (Σ w y)² / Σ (w y)² "
        "and not more than m; the last factor only where N is known. With several strata this factor is v0 / v. A "
        "stratum in which all or none were recorded adds to v0 the variance that it may have had: s² q (1 − q) Σ (w "
        "y)² / (Σ w y)², with sums over the stratum, s: the share of the stratum in Σ w y, q = (m_h + ½) / (m_h + "
        "1), m_h: its crimes due",
        "Korn and Graubard (1998), Survey Methodology 24, 193-201; the bounds answer Franco, Little, Louis and Slud "
        "(2019), Journal of Survey Statistics and Methodology 7, 334-364.",
    ),
    "design-effect": (
        "Design effect",
        "m v0 / (p (1 − p)): the variance of the rate divided by that of a simple random sample of as many crimes; "
        "above 1 where crimes in one report are alike",
        "Kish (1965), Survey Sampling.",
    ),
    "wilson": (
        "Confidence interval (wilson)",
        "((p + c / 2) ± √(c (p (1 − p) + c / 4))) / (1 + c), c = z² / n_eff: Wilson's interval at the effective size",
        "Wilson (1927), Journal of the American Statistical Association 22, 209-212; Brown, Cai and DasGupta (2001), "
        "Statistical Science 16, 101-133.",
    ),
    "published": (
        "Confidence interval (published)",
        "p ± 1.96 √(p (1 − p) / m), with crimes taken as independent; over categories p ± 1.96 √(Σ_k W_k² p_k (1 − "
        "p_k) / m_k), W_k = (R_k / p_k) / Σ_k (R_k / p_k), p_k, m_k and R_k: rate, crimes due and recorded crime of a "
        "category",
        "No formula is published. This one is inferred from printed rates and half widths, which it reproduces.",
    ),
    "as-printed": (
        "Intervals of earlier and other results",
        "rate ± half width, both as printed and therefore rounded",
        "The sources named under each table.",
    ),
    "unrecorded": (
        "Crimes not recorded",
        "U = R (1 − p) / p, R: the recorded crime of the period; its interval follows from that of the rate: R (1 / "
        "high − 1) to R (1 / low − 1), low and high: the limits of the interval of p",
        "The ratio estimator with a known total: " + _COCHRAN,
    ),
    "unrecorded-total": (
        "Overall rate from recorded crime",
        "U = Σ_k R_k (1 − p_k) / p_k over categories, R_k and p_k: recorded crime and rate of a category; p = R / (R "
        "+ U), R = Σ_k R_k: a harmonic mean of the rates; v = (p² / R)² V, V = Σ_h (1 − f_h) n_h / (n_h − 1) Σ_i (u_i "
        "− ū_h)², u_i = Σ_k R_k w (y_k − x_k / p_k) / Σ w x_k, ū_h: the mean of u_i in the stratum, x_k and y_k: x "
        "and y of crimes of the category; then the interval as for other rates",
        "The ratio estimator with a known total: " + _COCHRAN,
    ),
    "route-share": (
        "Recorded crime in audited routes",
        "R is replaced by g R in every formula, g: the share of recorded crime that comes through audited routes",
        "The share is as stated in the inspection file.",
    ),
    "net": (
        "Crimes not recorded, net of over-recording",
        "U = R (1 − c) (1 − p) / p; Var(log U) = v_c / (1 − c)² + v / (p (1 − p))², c: the share of recorded crime "
        "that should not have been recorded, v_c: its variance",
        "Delta method for the product of two independent estimates.",
    ),
    "difference": (
        "Difference of two rates",
        "D = p1 − p2, from D − √((p1 − l1)² + (u2 − p2)²) to D + √((u1 − p1)² + (p2 − l2)²), p1 and p2: the two "
        "rates, l1, u1, l2 and u2: the ends of their intervals",
        "Newcombe (1998), Statistics in Medicine 17, 873-890, method 10; Zou and Donner (2008), Statistics in "
        "Medicine 27, 1693-1702.",
    ),
    "verdict": (
        "Verdict",
        "higher or lower: the interval of the difference excludes 0; broadly unchanged: the interval at 1 − 2 (1 − "
        "level) lies inside the margin; no clear change: neither",
        "Two one-sided tests for equivalence: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, "
        "657-680; the margins are 3 percentage points overall and 5 for a category.",
    ),
    "published-verdict": (
        "Verdict (published style)",
        "higher or lower: the interval of the difference excludes 0; broadly unchanged: it includes 0, that is, no "
        "significant difference",
        "As in inspection reports.",
    ),
    "p-value": (
        "p-value",
        "the smallest 1 − level at which the interval of the difference excludes 0",
        "Found by inverting the interval.",
    ),
    "outlier-lines": (
        "Published lines",
        "a ± s, a: the unweighted mean of the rates of the forces, s: their standard deviation (divided by one less "
        "than their number); of the logarithms where the rates do not look normal (p-value of the test of Shapiro and "
        "Wilk below 0.05) and their logarithms look more so (by the statistic of that test)",
        "Inspection reports; Royston (1995), Applied Statistics 44, 547-551, for the test of normality.",
    ),
    "z-score": (
        "z scores of forces",
        "z = (p − a) / s, a and s: mean and standard deviation of the published lines; of logarithms where the lines "
        "are. A force outside the lines has z above 1 or below −1",
        "Inspection reports.",
    ),
    "funnel": (
        "Funnel",
        "z = (logit p − logit a) / √(b + τ²), b = 1 / (s a (1 − a)), a: the pooled rate of all forces, s: the "
        "effective size of the force that its printed half width implies, τ²: the variance between forces beyond "
        "chance (Paule and Mandel, the outermost tenth at either end drawn in); forces are named at a false discovery "
        "rate of 10%",
        "Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, and Quality and Safety in Health Care 14, "
        "347-351; Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.",
    ),
    "adjusted-rate": (
        "Adjusted rates of forces",
        "(M μ + s p) / (M + s), s: the effective size of the force, μ and M: mean and weight of the beta-binomial "
        "distribution of the forces, by maximum likelihood; the intervals allow for the estimation of both",
        "Morris (1983), Journal of the American Statistical Association 78, 47-55; Laird and Louis (1987), ibid. 82, "
        "739-750; Kass and Steffey (1989), ibid. 84, 717-726.",
    ),
    "chances": (
        "Probabilities of being among the lowest and the highest",
        "the share of 10,000 random draws from the distributions of the adjusted rates in which the force is among "
        "them; the seed is that of the inspection",
        "Laird and Louis (1989), Journal of Educational Statistics 14, 29-46.",
    ),
    "timely": (
        "Recorded in time",
        "crimes recorded in time divided by crimes recorded; as a share of all crimes due, that times the recording "
        "rate where some times are not known, and the ratio of totals otherwise",
        _COCHRAN,
    ),
    "timely-bounds": (
        "Bounds on the share recorded in time",
        "lowest: every crime without a known delay is taken as late; highest: every one is taken as in time",
        _MANSKI,
    ),
    "delay": (
        "Median and 90th percentile of the delay",
        "the shortest delay within which half, or nine in ten, of the recorded crimes were recorded; its limits are "
        "where the interval of that share meets the distribution",
        "Woodruff (1952), Journal of the American Statistical Association 47, 635-646.",
    ),
    "curve": (
        "Share recorded within a number of hours",
        "p = Σ w x / Σ w y, y: crimes recorded with a known delay, x: those of them recorded within the hours; the "
        "interval at each hour is as for other rates",
        _COCHRAN,
    ),
    "control-limits": (
        "Control limits",
        "z = ± Φ⁻¹(P) / F, Φ: the normal distribution, P: the probability, at the centre of the chart and the "
        "effective size of the month, of a rate further out, and half that of the rate itself (mid-P); F: the mean "
        "difference of z from month to month in the baseline over 1.128, but not less than 1; the limits are the "
        "rates with z = −3 and 3. The centre is the rate of all months of the baseline",
        "Laney (2002), Quality Engineering 14, 531-537; Lancaster (1961), Journal of the American Statistical "
        "Association 56, 223-234.",
    ),
    "run-rules": (
        "Signals of the monthly chart",
        "a month outside the limits; two of three successive months with z beyond 2, or beyond −2; eight successive "
        "months on one side of the centre; six successive months, each higher or each lower than the one before",
        "Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), Journal of Quality Technology "
        "16, 237-239.",
    ),
    "rolling": (
        "Rate over 12 months",
        "the ratio of totals over the samples of the 12 calendar months up to and including each month",
        _COCHRAN,
    ),
    "disclosure": (
        "Disclosure control",
        "bases under 10 are suppressed; so are counts and complements of 1 to 4 in columns of personal "
        "characteristics or small areas; other cells are suppressed where a total would reveal one of these; "
        "weighted totals are estimated with the suppressed categories combined into one",
        "Willenborg and de Waal (2001), Elements of Statistical Disclosure Control, chapter 4.",
    ),
    "standards": (
        "Notes on small bases and wide intervals",
        "base under 30; effective size under 30; interval at least 30 percentage points wide, or wider than 1.3 times "
        "the rate or the gap between the rate and 100%; fewer than 8 degrees of freedom",
        "Parker and others (2017), National Center for Health Statistics data presentation standards for proportions, "
        "Vital and Health Statistics 2(175).",
    ),
    "rounding": (
        "Rounding",
        "rates to one decimal place of a percentage, halves away from zero; counts to 100, or to 10 below 1,000; the "
        "intervals of counts outwards",
        "The CSV and JSON files are unrounded unless a note says otherwise.",
    ),
    "rounding-published": (
        "Rounding (published style)",
        "rates and half widths to one decimal place of a percentage; counts down to 100 for all crime, for violence "
        "and from 1,000 upwards, and down to 10 otherwise",
        "Inferred from printed counts. The CSV and JSON files are unrounded unless a note says otherwise.",
    ),
}
"""What is computed -> its name, its formula as plain text, and where it comes from; in the order of the annex."""


def method_of_rate(name: str, due: str, counted: str) -> tuple[str, str, str]:
    """Give the entry of a rate: a ratio of totals, by what heads its counts."""
    of, those = due.replace("- ", "-"), counted.replace("- ", "-")
    return (capital(name), f"p = Σ w x / Σ w y; y: {of}, x: of these, {those}", _COCHRAN)


def method_card_name(method: str) -> str:
    """Name an interval method in the annex."""
    return f"Confidence interval ({method})"
