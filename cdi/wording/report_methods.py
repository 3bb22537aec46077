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
        "h is a stratum. i is a report or record in the sample. N_h is the number of reports or records in a stratum "
        "of the sampling frame. n_h is how many of them are in the sample. f_h = n_h / N_h. N and n are the same "
        "numbers for the whole sample. y is the number of crimes due in a report (1 for a record or file). x is how "
        "many of them were recorded, or have the answer counted. w is the weight of a report: N_h / n_h unless a "
        "weight is given. m is the sum of y. d is the degrees of freedom: reports with crimes less strata with "
        "crimes. p is the rate and v is its variance. v0 is the variance without the factors 1 − f_h. z is a point of "
        "the normal distribution. t(d) is a point of the t distribution with d degrees of freedom. Each leaves equal "
        "parts of what lies outside the confidence level at both ends (z = 1.96 at 95%). R is recorded crime. U is "
        "crimes not recorded. k is a category, unless it is said to be something else.",
        "Cochran (1977), Sampling Techniques.",
    ),
    "ratio": (
        "Recording rate",
        "p = Σ w x / Σ w y: crimes recorded divided by crimes due, with each report weighted.",
        _COCHRAN,
    ),
    "frame": (
        "Overall rate (weighted by frame)",
        "p = Σ_h N_h x̄_h / Σ_h N_h ȳ_h. x̄_h and ȳ_h are the means of x and y in a stratum. Each stratum is weighted "
        "by the number of reports in its sampling frame.",
        _COCHRAN,
    ),
    "ratio-grounds": (
        "Share of searches with reasonable grounds recorded",
        "p = Σ w x / Σ w y: records with reasonable grounds divided by records reviewed.",
        _COCHRAN,
    ),
    "ratio-review": (
        "Share of case files with the answer counted",
        "p = Σ w x / Σ w y: files with the answer counted divided by files to which the question applies.",
        _COCHRAN,
    ),
    "variance": (
        "Standard error of a rate",
        "√v, where v = Σ_h (1 − f_h) n_h / (n_h − 1) Σ_i (w e − ē_h)² / (Σ w y)². e = x − p y, and ē_h is the mean of "
        "w e in the stratum. Where N_h is not known, f_h = 0.",
        _COCHRAN,
    ),
    "effective-size": (
        "Effective sample size",
        "n_eff = (m_w / D) / (1 − f). m_w = (Σ w y)² / Σ w² y. D = (A + c (1 + 0.6 (d − 1))) / (B + c) is a design "
        "effect. A = Σ_h n_h / (n_h − 1) Σ_i (w e − ē_h)² is the variance that was seen. e = x − p y, and ē_h is the "
        "mean of w e in the stratum. B = p (1 − p) Σ_h n_h / (n_h − 1) Σ w² y is that of crimes drawn one by one. "
        "d = Σ (w y)² / Σ w² y. c = d max w² max(2, z² − 1) "
        "stands for a few more missed crimes, in reports whose crimes fare alike. 1 − f is the finite population "
        "correction. In one stratum it is (N − n) / (N − 1).",
        "It answers Franco, Little, Louis and Slud (2019), Journal of Survey Statistics and Methodology 7, 334-364: "
        "intervals with an estimated design effect cover too rarely.",
    ),
    "design-effect": (
        "Design effect",
        "m v0 / (p (1 − p)): the variance of the rate divided by that of a simple random sample of as many crimes. It "
        "is above 1 where crimes in one report are alike.",
        "Kish (1965), Survey Sampling.",
    ),
    "wilson": (
        "Confidence interval (wilson)",
        "((p + c / 2) ± √(c (p (1 − p) + c / 4))) / (1 + c), where c = z² / n_eff: Wilson's interval at the effective "
        "size.",
        "Wilson (1927), Journal of the American Statistical Association 22, 209-212; Brown, Cai and DasGupta (2001), "
        "Statistical Science 16, 101-133.",
    ),
    "published": (
        "Confidence interval (published)",
        "p ± 1.96 √(p (1 − p) / m), with crimes taken as independent. Over categories it is p ± 1.96 √(Σ_k W_k² p_k "
        "(1 − p_k) / m_k). W_k = (R_k / p_k) / Σ_k (R_k / p_k). p_k, m_k and R_k are the rate, crimes due and "
        "recorded crime of a category.",
        "No formula is published. This one is inferred from printed rates and half widths, which it reproduces.",
    ),
    "as-printed": (
        "Intervals of earlier and other results",
        "Rate ± half width, both as printed and therefore rounded.",
        "The sources named under each table.",
    ),
    "unrecorded": (
        "Crimes not recorded",
        "U = R (1 − p) / p, where R is the recorded crime of the period. The interval follows from that of the rate: "
        "R (1 / high − 1) to R (1 / low − 1). Here low and high are the limits of the interval of p.",
        "The ratio estimator with a known total: " + _COCHRAN,
    ),
    "unrecorded-total": (
        "Overall rate from recorded crime",
        "U = Σ_k R_k (1 − p_k) / p_k over categories. R_k and p_k are the recorded crime and the rate of a category. "
        "p = R / (R + U), where R = Σ_k R_k. This is a harmonic mean of the rates. v = (p² / R)² V. V = Σ_h (1 − f_h) "
        "n_h / (n_h − 1) Σ_i (u_i − ū_h)². u_i = Σ_k R_k w (y_k − x_k / p_k) / Σ w x_k, and ū_h is its mean in the "
        "stratum. x_k and y_k are x and y of the crimes in a category. The interval is then as for other rates.",
        "The ratio estimator with a known total: " + _COCHRAN,
    ),
    "route-share": (
        "Recorded crime in audited routes",
        "R is replaced by g R in every formula. g is the share of recorded crime that comes through audited routes. "
        "If g is an estimate, v_g / g² is added to Var(log U), where v_g is its variance.",
        "The share is as stated in the inspection file.",
    ),
    "net": (
        "Crimes not recorded, net of over-recording",
        "U = R (1 − c) (1 − p) / p. Var(log U) = v_c / (1 − c)² + v / (p (1 − p))². c is the share of recorded crime "
        "that should not have been recorded, and v_c is its variance.",
        "Delta method for the product of two independent estimates.",
    ),
    "difference": (
        "Difference of two rates",
        "D = p1 − p2, from D − √((p1 − l1)² + (u2 − p2)²) to D + √((u1 − p1)² + (p2 − l2)²). p1 and p2 are the two "
        "rates. l1, u1, l2 and u2 are the limits of their intervals.",
        "Newcombe (1998), Statistics in Medicine 17, 873-890, method 10; Zou and Donner (2008), Statistics in "
        "Medicine 27, 1693-1702.",
    ),
    "verdict": (
        "Verdict",
        "Higher or lower: the interval of the difference excludes 0. Broadly unchanged: the interval at 1 − 2 (1 − "
        "level) lies inside the margin. No clear change: neither.",
        "Two one-sided tests for equivalence: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, "
        "657-680. The margins are 3 percentage points overall and 5 for a category.",
    ),
    "published-verdict": (
        "Verdict (published style)",
        "Higher or lower: the interval of the difference excludes 0. Broadly unchanged: it includes 0, so there is no "
        "significant difference.",
        "As in inspection reports.",
    ),
    "p-value": (
        "p-value",
        "The smallest 1 − level at which the interval of the difference excludes 0.",
        "Found by inverting the interval.",
    ),
    "outlier-lines": (
        "Published lines",
        "a ± s. a is the unweighted mean of the rates of the forces. s is their standard deviation (divided by one "
        "less than their number). Logarithms are used where the rates do not look normal and their logarithms look "
        "more so. This is judged by the Shapiro-Wilk test: a p-value below 0.05 for the rates, and a higher statistic "
        "for the logarithms.",
        "Inspection reports; Royston (1995), Applied Statistics 44, 547-551, for the test of normality.",
    ),
    "z-score": (
        "z scores of forces",
        "z = (p − a) / s. a and s are the mean and standard deviation of the published lines, on logarithms where the "
        "lines are. A force outside the lines has z above 1 or below −1.",
        "Inspection reports.",
    ),
    "funnel": (
        "Funnel",
        "z = d / √(b² + τ²). d is the distance of the logit of the rate from that of a, the pooled rate of all forces. "
        "b is the standard error that gives the normal score of the binomial mid-P value where chance is alone. The "
        "size of the sample of a force is the effective size that its printed half width implies. τ² is the variance "
        "between forces beyond chance. With it, z is spread as far as by chance. The outermost tenth at either end is "
        "drawn in for this. Forces are named at a false discovery rate of 10%.",
        "Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, and Quality and Safety in Health Care 14, "
        "347-351; Lancaster (1961), Journal of the American Statistical Association 56, 223-234; Benjamini and "
        "Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.",
    ),
    "adjusted-rate": (
        "Adjusted rates of forces",
        "(M μ + s p) / (M + s). s is the effective size of the force. μ and M are the mean and weight of the "
        "beta-binomial distribution of the forces, by maximum likelihood. The intervals allow for the estimation of "
        "both.",
        "Morris (1983), Journal of the American Statistical Association 78, 47-55; Laird and Louis (1987), ibid. 82, "
        "739-750; Kass and Steffey (1989), ibid. 84, 717-726.",
    ),
    "chances": (
        "Probabilities of being among the lowest and the highest",
        "The share of 10,000 random draws in which the force is among them. The draws are from the distributions of "
        "the adjusted rates, and the seed is that of the inspection.",
        "Laird and Louis (1989), Journal of Educational Statistics 14, 29-46.",
    ),
    "timely": (
        "Recorded in time",
        "Crimes recorded in time divided by crimes recorded. Of all crimes due, it is the ratio of totals. Where some "
        "times are not known, it is the first share times the recording rate.",
        _COCHRAN,
    ),
    "timely-bounds": (
        "Bounds on the share recorded in time",
        "Lowest: every crime without a known delay is taken as late. Highest: every one is taken as in time.",
        _MANSKI,
    ),
    "delay": (
        "Median and 90th percentile of the delay",
        "The shortest delay within which half, or nine in ten, of the recorded crimes were recorded. A delay lies "
        "outside its limits if the share recorded by then rules it out, by the binomial at the effective size.",
        "Woodruff (1952), Journal of the American Statistical Association 47, 635-646; Thompson (1936), Annals of "
        "Mathematical Statistics 7, 122-128.",
    ),
    "curve": (
        "Share recorded within a number of hours",
        "p = Σ w x / Σ w y. y is crimes recorded with a known delay, and x is those of them recorded within the "
        "hours. The interval at each hour is as for other rates.",
        _COCHRAN,
    ),
    "control-limits": (
        "Control limits",
        "z = ± Φ⁻¹(P) / F. Φ is the normal distribution. P is the probability of a rate further out, plus half that "
        "of the rate itself (mid-P). It is taken at the centre of the chart and the effective size of the point. F is "
        "the mean difference of z from point to point in the baseline over 1.128, but not less than 1. The limits are "
        "the rates with z = −3 and 3. The centre is the rate of all points of the baseline.",
        "Laney (2002), Quality Engineering 14, 531-537; Lancaster (1961), Journal of the American Statistical "
        "Association 56, 223-234.",
    ),
    "run-rules": (
        "Signals of the control chart",
        "A point outside the limits. Two of three successive points with z beyond 2, or beyond −2. Eight successive "
        "points on one side of the centre. Six successive points, each higher or each lower than the one before.",
        "Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), Journal of Quality Technology "
        "16, 237-239.",
    ),
    "rolling": (
        "Rate over 12 months",
        "The ratio of totals over the samples of the 12 calendar months up to and including each point.",
        _COCHRAN,
    ),
    "disclosure": (
        "Disclosure control",
        "In tables by personal characteristics or small areas, bases under 13 are suppressed. Counts there are rounded "
        "to 5, or to 10 or more where a count would be left fewer than five possible values. Rates and intervals "
        "are worked out from the rounded counts. Elsewhere, a rate with a base under 10 is not shown.",
        "Hundepool and others (2024), Handbook on Statistical Disclosure Control, second edition, chapter 5; Office "
        "for National Statistics, Comparison of post-tabular statistical disclosure control methods.",
    ),
    "standards": (
        "Notes on small bases and wide intervals",
        "A base under 30. An effective size under 30. An interval at least 30 percentage points wide, or wider than "
        "1.3 times the rate or the gap between the rate and 100%. Fewer than 8 degrees of freedom.",
        "Parker and others (2017), National Center for Health Statistics data presentation standards for proportions, "
        "Vital and Health Statistics 2(175).",
    ),
    "rounding": (
        "Rounding",
        "Rates are rounded to one decimal place of a percentage, halves away from zero. Counts are rounded to 100, or "
        "to 10 below 1,000. The intervals of counts are rounded outwards.",
        "The CSV and JSON files are unrounded unless a note says otherwise.",
    ),
    "rounding-published": (
        "Rounding (published style)",
        "Rates and half widths are rounded to one decimal place of a percentage. Counts of all crime, of violence and "
        "from 1,000 upwards are rounded down to 100. Others are rounded down to 10.",
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
