"""What is said in the working of a figure: what each number is, what its parts are called, and their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdi.wording.disputing import turn_said
from cdi.wording.sentences import one_of

__all__ = [
    "AGREEMENT_NOT_KEPT",
    "ANY_OTHER_ANSWER",
    "BASELINE",
    "EXPLAINED",
    "EXPLAINED_COLUMNS",
    "EXPLAINED_HEADINGS",
    "EXPLAINED_LINES",
    "EXPLAINED_NAME",
    "EXPLAINED_PARTS",
    "EXPLAINED_STATEMENT",
    "HELD_AS",
    "RECORDS",
    "SOURCES",
    "UNEXPLAINED_VERBS",
    "all_tried",
    "chances_drawn",
    "coefficient_of",
    "drawn_units",
    "due_by",
    "due_of",
    "figure_in",
    "figure_of",
    "frame_units",
    "furthest_rate",
    "grounds_of",
    "in_all_categories",
    "in_stratum",
    "joined_strata",
    "largest_of",
    "least_at",
    "limit_at",
    "limit_of_category",
    "model_not_followed",
    "no_funnel_of",
    "no_working",
    "not_all_tried",
    "nothing_to_explain",
    "numbers_of",
    "outcome_with",
    "p_value_of",
    "pair_in_stratum",
    "pair_of_answers",
    "part_of",
    "printed_as",
    "ranked_score",
    "rate_not_kept",
    "rate_of_nation",
    "read_as",
    "recorded_by",
    "recorded_of",
    "records_of",
    "records_of_two",
    "residents_of",
    "rows_gone",
    "searches_of",
    "sum_of",
    "takes_no_part",
    "true_rates",
    "turns_alike",
    "with_weights",
    "worked_by_name",
]  # fmt: skip

EXPLAINED_NAME = "How the figures were worked out"

EXPLAINED_STATEMENT = (
    "Each number follows from those before it, by the formula beside it. Numbers are shown with eight significant "
    "digits or more, and are not rounded before the last step."
)

EXPLAINED_HEADINGS: Mapping[str, str] = {"words": "what it is", "working": "worked out", "reference": "source"}

EXPLAINED_COLUMNS: tuple[str, ...] = (
    "figure", "part", "line", "symbol", "what", "formula", "numbers", "value", "printed", "shown", "inputs",
    "expression", "source",
)  # fmt: skip
"""The columns of the steps, in CSV, JSON and data frames."""

EXPLAINED_LINES: Mapping[str, str] = {
    "": "",
    "strata": "stratum",
    "categories": "category",
    "categories-in-strata": "category and stratum",
    "pairs": "categories",
    "periods": "period",
    "forces": "force",
    "answers": "first and second answer",
    "each-answer": "answer",
    "priors": "spread",
    "turns": "decision, and the other way",
    "counts": "recorded",
    "kinds-of-crime": "crimes",
}

BASELINE = "periods of the baseline"
"""What a table of steps has a line for -> the heading above them."""

EXPLAINED_PARTS: Mapping[str, str] = {
    "level": "level",
    "drawn": "reports drawn",
    "sums": "sums over reports",
    "categories": "rates of the categories",
    "overall": "overall rate",
    "rate": "rate",
    "scores": "deviations from the rate",
    "shared": "reports with crimes of two categories",
    "variance": "variance",
    "variance-added": "variance, added up",
    "variance-rate": "standard error",
    "crimes": "how much each crime counts",
    "crimes-added": "crimes, added up",
    "size-strata": "effective size, by stratum",
    "size": "effective size",
    "size-wald": "size that the standard error implies",
    "size-published": "size without a design",
    "size-published-parts": "shares of the categories",
    "interval": "interval ({method})",
    "volume": "recorded crime",
    "chance": "other uncertainty",
    "chance-categories": "chance, by category",
    "count": "crimes not recorded",
    "over": "over-recorded crimes",
    "over-share": "share over-recorded",
    "net": "net of over-recorded crimes",
    "as-published": "as it was published",
    "standard": "standard",
    "side": "figure and limits",
    "share-of-due": "share of all due",
    "delays": "delays",
    "centre": "centre line",
    "chart-scores": "distances of the periods of the baseline from the centre",
    "chart-ranges": "ranges of neighbouring periods",
    "factor": "factor",
    "chart-limits": "control limits",
    "as-kept": "rate",
    "line-rates": "rates of the forces",
    "lines": "published lines",
    "line-squares": "distances from the mean",
    "funnel-rates": "forces in the funnel",
    "funnel-centre": "centre of the funnel",
    "funnel-scores": "distances from the centre of the funnel",
    "spread-ends": "distances at the ends",
    "spread-squares": "squares of distances",
    "spread": "check of the spread",
    "funnel-test": "test",
    "funnel-limits": "funnel limits at its size",
    "prior": "adjusted rate",
    "priors": "spreads that the rates could come from",
    "adjusted": "interval of the adjusted rate",
    "pairs-of-answers": "pairs of answers",
    "pairs-in-all": "crimes that both read",
    "pair-shares": "share of each pair",
    "against-the-rest": "this answer and all others",
    "alike": "decided alike",
    "answers": "shares of the answers",
    "coefficient": "agreement beyond chance",
    "jackknife": "interval (jackknife)",
    "linearised": "standard error by linearisation",
    "left-out": "reports left out one by one",
    "jackknife-error": "standard error by jackknife",
    "drawn-again": "standard error by bootstrap",
    "two-rates": "rates by the two auditors",
    "fit": "from the fit",
    "freedom": "degrees of freedom",
    "odds": "odds ratio and its interval",
    "model-test": "test",
    "odds-closed": "check: the odds of the two categories",
    "coefficients": "coefficients of the fit",
    "kinds-of-crime": "kinds of crime",
    "average-difference": "average difference",
    "range": "averages over the range",
    "records": "records and the true rate",
    "counts": "every count that can come",
    "shares": "shares of samples",
    "draws": "samples drawn",
    "simulation-error": "error of the simulation",
    "searches": "searches and residents",
    "stated": "records with a group and without",
    "allocated": "records without a group shared out",
    "as-audited": "sums as audited",
    "turned": "decisions that change it",
    "turned-highest": "decisions of the highest rate",
    "turned-lowest": "decisions of the lowest rate",
    "turned-number": "number of decisions",
    "turned-sums": "sums with these the other way",
    "turned-shares": "crimes due, by category",
    "turned-rate": "what follows",
    "furthest": "one fewer",
    "furthest-of-all": "as many as there are",
    "together": "how the two rates go together",
    "change": "change",
    "additional": "additional crimes",
    "margin": "margin",
    "test": "test",
    "printed": "as printed",
}
"""Key of a part of a working -> what it is called."""

EXPLAINED: Mapping[str, str] = {
    # sums
    "yy": "squares of crimes due in a report, summed",
    "xy": "crimes due times crimes recorded in a report, summed",
    "xx": "squares of crimes recorded in a report, summed",
    "weight": "weight: reports on the frame for each report audited",
    "wy": "crimes due, each with the weight of its report",
    "wx": "crimes recorded, each with the weight of its report",
    "b": "crimes due, each with the squared weight of its report",
    "weighted-yy": "squares of crimes due in a report, with its squared weight",
    "weighted-xy": "crimes due times crimes recorded in a report, with its squared weight",
    "weighted-xx": "squares of crimes recorded in a report, with its squared weight",
    "all-due": "crimes due in all strata",
    "all-recorded": "crimes recorded in all strata",
    "weighted-due": "crimes due with weights, in all",
    "weighted-recorded": "crimes recorded with weights, in all",
    "rate": "rate: recorded, of those due",
    # variance
    "score": "recorded less what the rate leads one to expect",
    "squared-score": "squares of x - p y in each report, summed",
    "score-missing": "missing crimes less what the rates lead one to expect",
    "squared-score-missing": "squares of y - x / p in each report, as recorded crime counts them",
    "scores-together": "deviations, all together",
    "squares-together": "squares, all together",
    "part": "variance of the total, as if the frame were endless",
    "part-about-rate": "one report only: its squares about the rate stand for its variance",
    "part-borrowed": "one report only: it takes the average of the other strata",
    "part-in-full": "one report, audited in full: it adds no variance",
    "corrected-part": "the same, less what was audited of the frame",
    "strata-with-crimes": "strata with crimes",
    "strata-held": "strata that hold rows of it",
    "strata-of-one": "of these, strata of one report",
    "endless-variance": "variance of the total, as if the frame were endless",
    "corrected-variance": "variance of the total, less what was audited of the frame",
    "se": "standard error of the rate",
    "size-of-two": "size with these two, as if the frame were endless",
    "reports": "reports audited",
    "reports-with-crimes": "reports with crimes",
    "df": "degrees of freedom: reports with crimes less strata with crimes",
    "df-of-counts": "degrees of freedom",
    "deff": "design effect: the variance beside that of as many crimes drawn one by one",
    # effective size
    "z": "normal quantile at the level chosen",
    "squared-crimes": "crimes due, each with the square of what it counts",
    "size-of-weights": "crimes due, fewer where they count differently",
    "crimes-of-report": "crimes of a report, as a crime finds them",
    "expected-part": "the same with the factor n / (n - 1)",
    "left-part": "the same, less what was audited of the frame",
    "expected": "the variance had crimes been drawn one by one",
    "missed": "further crimes counted as if missed",
    "missed-two": "two further crimes counted as if missed",
    "missed-variance": "what these add, had they been drawn one by one",
    "alike": "their design effect: crimes of a report fare much alike",
    "alike-of-counts": "their design effect: the one of the table of counts",
    "design-effect": "design effect, drawn towards that of crimes that fare alike",
    "mean-correction": "what the frame leaves on average",
    "n_eff": "effective size: crimes drawn one by one that tell as much",
    "n_eff-finite": "effective size, with what was audited of the frame",
    "n_eff-of-counts": "effective size of the sample",
    # over categories
    "recorded-crime": "recorded crime",
    "recorded-crime-given": "recorded crime, as given",
    "route-share": "share of it that comes through the audited routes",
    "over-share": "share of it that should not have been recorded",
    "route-half": "half width of the 95% interval of that share",
    "route-error": "standard error of that share",
    "recorded-crime-rightly": "recorded crime of which something was due",
    "with-surplus": "recorded as the class in the sample, with records of which nothing was due",
    "over-error": "standard error of that share",
    "crime-for-each": "recorded crime for each crime recorded in the sample",
    "missing": "crimes not recorded",
    "missing-of-all": "crimes not recorded, of all categories",
    "overall": "overall rate: recorded crime, of that and the crimes not recorded",
    "YY": "crimes due in one times crimes due in the other, summed",
    "YX": "crimes due in the first times crimes recorded in the second, summed",
    "XY": "crimes recorded in the first times crimes due in the second, summed",
    "XX": "crimes recorded in one times crimes recorded in the other, summed",
    "QQ": "what the two add to the squares; a' and p' are of the second",
    "BB": "what the two add to the squares of crimes due",
    "se-overall": "standard error of the overall rate",
    "seen": "variance of the total, on the scale of the weighted crimes",
    "seen-corrected": "the same, less what was audited of the frame",
    "crimes-stood-for": "crimes that those due stand for",
    "crimes-squared": "the same with the square of what each counts",
    "crimes-fourth": "the same with the fourth power",
    "fourth": "crimes due, each with the fourth power of its report's weight",
    "together-squared": "squares of crimes due in a report, with the square of what each counts",
    "stood-for": "crimes that those due stand for, in all",
    "typical": "what a crime as if missed counts, squared",
    "together-all": "squares of all crimes due in a report, whatever their category",
    # intervals
    "t": "quantile of Student's t at the level and degrees of freedom",
    "size-wald": "size at which half the interval is t standard errors",
    "reported": "crimes reported: recorded crime divided by the rate",
    "share-of-category": "share of the category in the crimes reported",
    "part-published": "what it adds to the variance",
    "size-published": "size if all crimes were independent",
    "k": "squared quantile divided by the size",
    "centre": "centre of the interval",
    "half": "half the width of the interval",
    "half-published": "half the width of the interval, crimes taken as independent",
    "low": "lower limit",
    "high": "upper limit",
    "with": "size times the rate",
    "without": "size times what the rate leaves",
    "low-of-none": "lower limit: 0, as nothing was counted",
    "high-of-all": "upper limit: 1, as everything was counted",
    "low-beta": "lower limit: the quantile of a beta distribution",
    "high-beta": "upper limit: the quantile of a beta distribution",
    "log-odds": "logarithm of the odds of the rate",
    "half-log-odds": "half the width, on that scale",
    "angle": "angle of the rate, in radians",
    "half-angle": "half the width, on that scale",
    "size-added": "size with the squared quantile added",
    "low-mid-p": "lower limit, found by search",
    "left-mid-p": "what the upper limit leaves, found by search",
    "check-low": "probability of more than was counted, and half of as many, at that rate",
    "check-high": "probability of fewer than was counted, and half of as many, at the upper limit",
    "frame-low": "fewest on the frame, found by search",
    "frame-high": "most on the frame, found by search",
    "frames": "records on the frames of all strata",
    "frames-low": "fewest on the frames, whatever strata they fall on: found by search, without a short check",
    "frames-high": "most on the frames, whatever strata they fall on: found by search, without a short check",
    "run-first": "with so many, the first of the likely counts",
    "run-last": "with so many, the last of the likely counts: they hold the one seen",
    "run-first_beyond": "with one beyond, the first of the likely counts",
    "run-last_beyond": "with one beyond, the last of the likely counts: they do not hold the one seen",
    "run-share": "probability of the likely counts: no less than the level",
    "tail-low": "probability of as many as seen or more: above the tail",
    "tail-low_beyond": "the same with one fewer on the frame: no longer above it",
    "tail-high": "probability of as many as seen or fewer: above the tail",
    "tail-high_beyond": "the same with one more on the frame: no longer above it",
    "possible-low": "lower limit, no lower than those seen recorded",
    "possible-high": "upper limit, no higher than those seen missing allow",
    "low-as-category": "lower limit, as low as crimes missing of that category alone make it",
    "high-as-category": "upper limit, no higher than crimes missing of that category alone allow",
    # intervals that hold together
    "level-of-each": "level of each interval, at which those of all rows hold together",
    "level-beyond": "share of the distribution below an upper limit",
    # counts
    "unrecorded": "crimes not recorded",
    "count-low": "lower limit of the count",
    "count-low-seen": "lower limit of the count, no lower than those seen missing",
    "count-high": "upper limit of the count",
    "se-count": "standard error of the count",
    "effect-of-chance": "design effect of crimes that fare alike, 1 or more",
    "chance-of-crimes": "chance in the crimes of another period",
    "variance-of-chance": "variance of the crimes not recorded, by chance",
    "chance-of-total": "chance in the crimes of another period",
    "chance-of-share": "error of the share over-recorded",
    "chance-of-routes": "error of the share in audited routes",
    "chance": "these together",
    "size-with-chance": "size, with other uncertainty",
    "n_eff-with-chance": "effective size of the count",
    # net of crimes over-recorded
    "with-over": "recorded crime, with what should not have been recorded",
    "over-count": "recorded crimes that should not have been recorded",
    "kept": "share of recorded crime that is left",
    "kept-low": "lower limit of that share",
    "kept-high": "upper limit of that share",
    "net": "crimes not recorded, less those over-recorded",
    "net-low": "lower limit of the net count",
    "net-high": "upper limit of the net count",
    # figures as published
    "printed-rate": "rate, as it was published",
    "half-printed": "half the width of its 95% interval, as it was published",
    "size-as-published": "effective size: crimes drawn one by one whose interval is as wide",
    "error-as-published": "standard error that the half width implies",
    "error-widened": "standard error of the rate, with other uncertainty",
    "half-widened": "half the width of the interval, with other uncertainty",
    "half-scaled": "half the width at the level chosen",
    "half-with-chance": "half the width, with chance in the crimes of another period",
    # limits that follow from others
    "difference": "difference",
    "product": "product",
    "ratio": "ratio",
    "ratio-product": "product of the two, less what they share",
    "ratio-first": "what the limits of the one add",
    "ratio-second": "what the limits of the other add",
    "ratio-low": "lower limit of the ratio",
    "ratio-high": "upper limit of the ratio",
    "ratio-turned": "lower limit of the ratio turned over",
    "ratio-of-none": "lower limit: 0, as that of what is divided may be 0",
    # what changed
    "standard": "standard, as it was given",
    "side-a": "figure of the first side",
    "side-b": "figure of the second side",
    "low-side": "its lower limit",
    "high-side": "its upper limit",
    "size-side": "crimes or records behind it",
    "se-side": "standard error of a side",
    "se-together": "standard error of the difference, with the reports that hold both; from deviations in each report",
    "correlation": "correlation of the two rates",
    "correlation-given": "correlation of the two, from the deviations in the reports that both hold",
    "log-side": "logarithm of a side",
    "score-low": "lower limit, found by search",
    "score-high": "upper limit, found by search",
    "likeliest": "likeliest rate of the first side, were that the difference",
    "likeliest-other": "likeliest rate of the second side then",
    "variance-there": "variance of the difference then",
    "score-there": "score of the limit: the normal quantile",
    "margin": "largest change that is broadly unchanged",
    "p-value": "1 less the level at which a limit lies at no change, found by search",
    "p-printed": "the same as printed",
    "p-next": "p-value, or a larger one that gives less",
    "changes-tested": "changes tested",
    "rank": "rank of that p-value, the smallest first",
    "q-value": "p-value adjusted for all changes",
    "change-in-points": "change in percentage points",
    "low-change-in-points": "lower limit in percentage points",
    "high-change-in-points": "upper limit in percentage points",
    "change-printed": "ratio as printed",
    "low-change-printed": "lower limit as printed",
    "high-change-printed": "upper limit as printed",
    "additional": "crimes that would not have been recorded at the earlier rate",
    "low-additional": "lower limit, from the upper one of the ratio",
    "high-additional": "upper limit, from the lower one of the ratio",
    # how soon
    "share-a": "share recorded, of all due",
    "share-b": "share in time, of those recorded whose delay is known",
    "delays-known": "recorded crimes with a known delay, with weights",
    "quantile-least": "least delay, in hours, by which a share of {share} or more was recorded",
    "recorded-by-q": "those recorded by then",
    "share-by-q": "share recorded by then: no less",
    "recorded-by-before": "those recorded by the delay before",
    "share-by-before": "share recorded by the delay before: less",
    "tail": "probability below which a share is rare",
    "recorded-by-low": "those recorded by the lower limit",
    "share-by-low": "share recorded by the lower limit",
    "recorded-by-low_before": "those recorded by the delay before it",
    "share-by-low_before": "share recorded by the delay before it",
    "share-low": "probability of so small a share by the lower limit, were it the quantile: not rare",
    "share-low-before": "the same by the delay before it: rare",
    "recorded-by-high": "those recorded by the upper limit",
    "share-by-high": "share recorded by the upper limit, which is before the next delay",
    "recorded-by-high_before": "those recorded before the upper limit",
    "share-by-high_before": "share recorded before the upper limit",
    "share-high": "probability of so large a share before the upper limit, were it the quantile: not rare",
    "share-high-next": "the same before the next delay: rare",
    "low-delay": "lower limit in hours, found by search",
    "high-delay": "upper limit in hours, found by search",
    "hours-printed": "hours as printed",
    # control charts
    "chart-centre": "centre line: the rate over the baseline",
    "size-of-baseline": "sizes of the periods of the baseline, added up",
    "rate-of-period": "rate of the period",
    "size-of-period": "its effective size, with two further crimes counted as if missed",
    "count-above": "size times the rate, which lies above the centre",
    "count-below": "size times what the rate leaves, as it lies at the centre or below",
    "count-rest": "the rest of the size",
    "mid-p": "probability at the centre of more than that count, and half of as many",
    "score-of-rate": "distance from the centre: the normal value with that tail",
    "moving-range": "distance from the period before",
    "chart-factor": "factor: how much more periods vary than sampling explains, 1 or more",
    "sigmas": "how far the limits lie from the centre, in sigmas",
    "chart-low": "lower control limit, found by search",
    "chart-high": "upper control limit, found by search",
    "chart-score": "its distance from the centre in sigmas: no more than the limits allow",
    "centre-in-percent": "centre line in percent",
    # forces side by side
    "rate-kept": "rate of the force, as it was estimated",
    "rate-of-force": "rate of the force",
    "log-of-rate": "its logarithm",
    "looks-normal": "Shapiro-Wilk test of the rates: the statistic, from tabulated weights",
    "looks-normal-p": "its p-value: rates are taken on logs only if it is below 0.05",
    "mean-of-forces": "mean of the forces, each counted once",
    "mean-of-logs": "mean of the logarithms, each force counted once",
    "squared-distance": "squared distance from the mean",
    "sd-of-forces": "standard deviation of the forces",
    "centre-of-lines": "average of the forces",
    "line-low": "lower line: one standard deviation below",
    "line-high": "upper line: one standard deviation above",
    "line-estimate-in-percent": "average in percent",
    "line-low-in-percent": "lower line in percent",
    "line-high-in-percent": "upper line in percent",
    "distance-from-mean": "standard deviations from the mean: outside the lines beyond 1",
    "score-printed": "the same as printed",
    "size-of-force": "its effective size",
    "count-of-force": "size times the rate",
    "pooled-rate": "rate of all samples together",
    "spread-of-forces": "variance between forces, on logits: found by search, with the check below",
    "no-spread-of-forces": "variance between forces, on logits: none, as chance explains as much as there is",
    "logits-apart": "distance from the centre on logits, with half a case added on either side",
    "score-with-spread": "the score with the variance between forces in",
    "score-by-deviance": "distance from the centre: the root of the deviance, as the tail is too small to compute",
    "drawn-in-low": "quantile at 10% of the distances",
    "drawn-in-high": "quantile at 90% of the distances",
    "square-drawn-in": "square of the distance, drawn in to these two",
    "squares-drawn-in": "squares, added up",
    "square-by-chance": "what such a square is on average by chance alone, with the tenth at either end drawn in",
    "squares-by-chance": "what they add up to by chance: the variance between forces makes both equal",
    "squares-by-chance-more": "what they add up to by chance: no less, so that there is no variance between forces",
    "score-of-force": "distance of the force, with the variance between forces in",
    "p-of-force": "two-sided p-value",
    "forces-tested": "forces in the funnel",
    "q-of-force": "p-value adjusted for all forces",
    "discovery-rate": "false discovery rate: the funnel names a force with q no larger",
    "funnel-low": "lower limit at its size, found by search",
    "funnel-high": "upper limit at its size, found by search",
    "beyond-low": "probability of a distance further down: the tail left out",
    "beyond-high": "probability of a distance further up: the tail left out",
    "beyond-end": "probability beyond this end: above the tail, so that there is no limit on this side",
    "prior-mean": "mean of the forces, by maximum likelihood",
    "prior-strength": "crimes that the mean of the forces is worth, by maximum likelihood",
    "drawn-rate": "adjusted rate: drawn towards the mean of the forces",
    "drawn-to-mean": "adjusted rate: the mean of the forces, as they vary no more than by chance",
    "prior-weight": "how probable this spread is, from the likelihood of all rates",
    "prior-worth": "crimes that the mean is worth then",
    "prior-centre": "mean of the forces then",
    "prior-doubt": "variance of that mean",
    "prior-kept": "how much the force keeps of its own rate",
    "prior-drawn": "its rate drawn towards that mean",
    "prior-variance": "variance of that rate",
    "prior-part": "what it adds to the variance of the adjusted rate",
    "adjusted-variance": "variance of the adjusted rate, over all spreads",
    "beta-worth": "crimes that a beta distribution of this mean and variance is worth",
    "beta-a": "its first parameter",
    "beta-b": "its second parameter",
    # agreement of two auditors
    "pair-count": "crimes with these two answers",
    "read-by-both": "crimes that both decided",
    "pair-share": "their share of all",
    "decided-alike": "share decided alike: pairs with the same answer",
    "share-by-first": "share of the pairs whose first answer it is",
    "share-by-second": "share of the pairs whose second answer it is",
    "both-by-chance": "share on which both give it by chance, independently",
    "mean-share": "mean of the two shares",
    "hard-to-tell": "how hard the answer is to tell apart: the mean share times what it leaves",
    "chance-of-kappa": "agreement by chance, as kappa takes it",
    "chance-of-ac1": "agreement by chance, as AC1 takes it: divided by the number of answers less 1",
    "beyond-chance": "agreement beyond chance, of all that there could be",
    "jackknife": "standard error, from the number without each report t_i: root of the sum over strata of (n - 1) / n "
    "times the sum of (t_i - their mean)^2",
    "df-of-jackknife": "degrees of freedom: reports less strata",
    "factor-of-lack": "factor by which the limits move what agreement lacks of 1",
    "se-of-readings": "standard error of the difference: of the deviations of the two rates, one less the other in "
    "each report",
    "covariance": "covariance of the two rates",
    "covariance-unseen": "what two further crimes decided otherwise, one each way, take away from it",
    "distance-at-p": "distance of that limit from the difference: the difference itself, so that it lies at no change",
    "rate-by-1": "rate by the first auditor",
    "rate-by-2": "rate by the second auditor",
    "number-as-printed": "the same as printed",
    "low-as-printed": "lower limit as printed",
    "high-as-printed": "upper limit as printed",
    # models
    "coefficient-fitted": "coefficient: the logarithm of the odds ratio, from the fit. The fit makes the sum of w "
    "(recorded - chance) x nothing, for each x.",
    "se-fitted": "its standard error, from the fit: the sandwich A^-1 V A^-1. A is the sum of w chance (1 - chance) x "
    "x'. V is the variance of the sum above, over reports.",
    "reports-less-strata": "reports with crimes, less strata",
    "coefficients-fitted": "coefficients of the model",
    "df-of-model": "degrees of freedom of the design",
    "low-coefficient": "lower limit of the coefficient",
    "high-coefficient": "upper limit of the coefficient",
    "odds-ratio": "odds ratio",
    "se-odds-ratio": "standard error of the odds ratio",
    "t-of-coefficient": "coefficient in standard errors",
    "p-of-coefficient": "p-value of no difference: both tails of Student's t",
    "odds-of-category": "odds of the category: recorded to not recorded",
    "odds-of-reference": "odds of the reference",
    "odds-closed": "logarithm of one over the other: the coefficient that the fit found",
    "due-weighted": "crimes due, with weights",
    "recorded-weighted": "of these recorded, with weights",
    "constant": "the constant, from the fit",
    "crimes-of-kind": "crimes of this kind, with weights",
    "log-odds-there": "log odds in the category",
    "log-odds-reference": "log odds in the reference",
    "log-odds-more": "log odds with one more",
    "log-odds-now": "log odds as it is",
    "chance-there": "chance to be recorded there",
    "chance-reference": "chance to be recorded with the other",
    "difference-of-kind": "difference, for each of these crimes",
    "average-difference": "average difference over all crimes",
    "difference-fitted": "average difference in the chance to be recorded, from the fit",
    "se-difference": "its standard error, from the fit: the delta method with the covariance of all coefficients",
    # second opinion
    "se-linearised": "standard error by linearisation, as cdi explain AUDIT works it out",
    "se-in-points": "the same in percentage points",
    "drawn-from": "reports audited",
    "squares-left-out": "figures without each report: squares of their distances from their mean, added up",
    "left-of-frame": "finite population correction",
    "variance-left-out": "what the stratum adds to the variance",
    "se-jackknife": "standard error: root of the variance of all strata",
    "squares-drawn-again": "figures of the samples: squares of their distances from their mean, added up",
    "se-bootstrap": "standard error: the standard deviation of the samples",
    "kurtosis": "kurtosis: mean fourth power of their distances from their mean, over the squared variance",
    "error-bootstrap": "standard error of the standard error, by the number of samples",
    "three-errors-printed": "three of them as printed",
    "low-bootstrap": "figure below which half of the samples outside the middle {level} lie",
    "high-bootstrap": "figure above which the other half of them lie",
    # coverage
    "holds-summed": "probability of intervals that hold the true rate, added up over the true rates",
    "too-low-summed": "probability of intervals wholly below it, added up",
    "too-high-summed": "probability of intervals wholly above it, added up",
    "holds-mean": "mean share of intervals that hold the true rate",
    "too-low-mean": "mean share of intervals wholly below it",
    "too-high-mean": "mean share of intervals wholly above it",
    "width-summed": "widths of the intervals, added up",
    "width-mean": "mean width",
    "in-percent-of-samples": "in percent",
    "records-drawn": "records drawn",
    "records-known": "records that they are drawn from",
    "records-recorded": "of these recorded",
    "true-rate": "true rate",
    "true-rate-drawn": "true rate from which samples are drawn",
    "true-count": "true number of unrecorded crimes in what is drawn from",
    "count-recorded": "records found recorded; counts rarer than one in ten million million are left out",
    "chance-of-count": "probability of that count",
    "low-of-count": "lower limit with that count, as cdi explain X/N works it out",
    "high-of-count": "upper limit, likewise",
    "coverage-of-count": "1 where the interval holds the true rate, else 0",
    "above-of-count": "1 where it lies wholly below the true rate, else 0",
    "below-of-count": "1 where it lies wholly above the true rate, else 0",
    "chance-coverage": "probability where it holds",
    "chance-above": "probability where it is too low",
    "chance-below": "probability where it is too high",
    "chance-width": "probability times width",
    "holds-exact": "share of samples whose interval holds the true rate",
    "too-low-exact": "share of samples whose interval is wholly below it",
    "too-high-exact": "share of samples whose interval is wholly above it",
    "width-exact": "mean width",
    "samples-drawn": "samples drawn",
    "samples-holding": "samples whose interval holds the true value",
    "samples-too-low": "samples whose interval lies wholly below it",
    "samples-too-high": "samples whose interval lies wholly above it",
    "samples-with-interval": "samples with an interval",
    "samples-without": "share of samples without an interval",
    "holds-drawn": "share of intervals that hold the true value",
    "too-low-drawn": "share wholly below it",
    "too-high-drawn": "share wholly above it",
    "likely-share": "share with one sample more, half of it holding: so that none or all has an error too",
    "se-of-share": "standard error of the share, by simulation",
    "three-errors": "three standard errors, in percentage points",
    # searches and residents
    "searches-per-resident": "searches per 1,000 residents",
    "all-searches": "searches that the sample was drawn from",
    "searches-for-resident": "all searches, per 1,000 residents of the group",
    "search-ratio": "searches for each resident, over those of the reference",
    "residents-ratio": "residents of the reference for each resident of the group",
    "unstated-with": "records that state no group, with grounds",
    "unstated-without": "records that state no group, without grounds",
    "all-to-reference": "lowest: all of these are of the reference",
    "all-to-group": "highest: all of these are of the group",
    "group-least": "share of the group, if those without grounds are of it",
    "reference-most": "share of the reference, if those with grounds are of it",
    "group-most": "share of the group, if those with grounds are of it",
    "reference-least": "share of the reference, if those without grounds are of it",
    "lowest-difference": "lowest difference",
    "highest-difference": "highest difference",
    "lowest-ratio": "lowest ratio",
    "highest-ratio": "highest ratio",
    # disputed decisions
    "weight-of-report": "weight of the report of each",
    "adds-X": "what each adds to X",
    "adds-Y": "what each adds to Y",
    "adds-H": "what each adds to H",
    "decisions-alike": "how many there are",
    "decisions-of-these": "how many of them go the other way",
    "gain": "what each adds to X - t Y: those with most raise the rate most, and those with least lower it most",
    "add-X": "what they add to X",
    "add-Y": "what they add to Y",
    "add-H": "what they add to H",
    "decisions-turned": "decisions that go the other way",
    "sum-X": "X with these the other way",
    "sum-Y": "Y with these the other way",
    "sum-H": "H with these the other way",
    "due-of-category": "crimes due that recorded crime implies",
    "rate-0": "rate as audited",
    "rate-n": "rate with the least number the other way",
    "rate-h": "highest rate of so many decisions: it changes nothing",
    "rate-l": "lowest rate of so many decisions: it changes nothing",
    "low-one-sided": "one-sided lower limit in percent",
    "high-one-sided": "one-sided upper limit in percent",
    # as printed
    "in-percent": "rate in percent",
    "low-in-percent": "lower limit in percent",
    "high-in-percent": "upper limit in percent",
    "half-in-percent": "half the width in percentage points",
    "unit": "what the count is rounded to",
    "in-units": "count in that unit",
    "low-in-units": "lower limit in that unit, rounded down",
    "high-in-units": "upper limit in that unit, rounded up",
    "unit-down": "what the count is rounded down to",
    "down-in-units": "count in that unit, rounded down",
}
"""Key of a number in a working -> what it is."""

SOURCES: Mapping[str, str] = {
    "": "",
    "cochran": "Cochran (1977), Sampling Techniques, chapters 2, 5 and 6.",
    "kish": "Kish (1965), Survey Sampling.",
    "franco": "Franco, Little, Louis and Slud (2019), Journal of Survey Statistics and Methodology 7, 334-364; the "
    "numbers in the formula are cdi's own.",
    "korn-graubard": "Korn and Graubard (1998), Survey Methodology 24, 193-201.",
    "oneill": "O'Neill (2021), on Wilson's interval in a finite population.",
    "normal": "The standard normal distribution; NORM.S.INV in a spreadsheet.",
    "score": "Wilson (1927), Journal of the American Statistical Association 22, 209-212; Kott (2017), Survey "
    "Methodology.",
    "newcombe": "Newcombe (1998), Statistics in Medicine 17, 857-872.",
    "brown": "Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133.",
    "svyciprop": "Function svyciprop of the R package survey.",
    "inferred": "No formula is published. This one is inferred from printed rates and half widths, which it "
    "reproduces.",
    "bartroff": "Bartroff, Lorden and Wang (2021), arXiv:2109.05624.",
    "wang": "Inversion of hypergeometric tails; Wang (2015), Journal of the American Statistical Association 110, "
    "1491-1499.",
    "delta": "Delta method: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, chapter 5.",
    "negative-binomial": "Variance of the failures before the R-th success: the negative binomial distribution.",
    "wendell-schmee": "Wendell and Schmee (1996), Journal of the American Statistical Association 91, 825-830.",
    "max-t": "Largest of normal scores that go together as the estimates do (max-t), found by simulation.",
    "woodruff": "Woodruff (1952), Journal of the American Statistical Association 47, 635-646, with binomial tails.",
    "laney": "The p' chart: Laney (2002), Quality Engineering 14, 531-537, with normal scores.",
    "lancaster": "Lancaster (1961), Journal of the American Statistical Association 56, 223-234.",
    "miettinen": "Miettinen and Nurminen (1985), Statistics in Medicine 4, 213-226.",
    "benjamini-hochberg": "Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.",
    "royston": "Royston (1995), Applied Statistics 44, 547-551.",
    "spiegelhalter": "Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, and Quality and Safety in Health "
    "Care 14, 347-351.",
    "paule-mandel": "Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87, 377-385.",
    "beta-binomial": "Counts with a beta prior, fitted by maximum likelihood to the rates of all forces "
    "(empirical Bayes).",
    "morris": "Morris (1983), Journal of the American Statistical Association 78, 47-55, by quadrature.",
    "kass-steffey": "Law of total variance: Kass and Steffey (1989), Journal of the American Statistical Association "
    "84, 717-726.",
    "enumerated": "Every sample that can come, by its probability: Brown, Cai and DasGupta (2001), Statistical Science "
    "16, 101-133.",
    "binomial-error": "Standard error of a share of independent draws.",
    "binder": "Binder (1983), International Statistical Review 51, 279-292; survey::svyglm in R gives the same.",
    "student": "Student's t; its two tails are the beta distribution at df / (df + t^2).",
    "cohen": "Cohen (1960), Educational and Psychological Measurement 20, 37-46.",
    "gwet": "Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48.",
    "jackknife": "Wolter (2007), Introduction to Variance Estimation, chapter 4; of kappa and AC1 on the scale of "
    "log(1 - number).",
    "left-out": "Wolter (2007), Introduction to Variance Estimation, chapter 4.",
    "rao-wu": "Rao and Wu (1988), Journal of the American Statistical Association 83, 231-241.",
    "moments": "Standard error of a standard deviation, by the fourth moment and the delta method.",
    "dinkelbach": "Dinkelbach (1967), Management Science 13, 492-498: at the furthest rate t, what the decisions add "
    "makes X - t Y nothing, and no others add more.",
    "newcombe-pairs": "Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10, with two pairs more.",
    "zou-donner": "MOVER: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702.",
    "mover": "MOVER: Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359.",
}
"""Key of a source -> the source."""

_UNITS: Mapping[str, str] = {"": "units"}


def drawn_units(frame: str) -> str:
    """Say what was drawn, by what the frame holds."""
    return f"{_UNITS.get(frame, frame)} audited"


def frame_units(frame: str) -> str:
    """Say what is on the frame."""
    return f"{_UNITS.get(frame, frame)} on the sampling frame"


def due_of(heading: str | None) -> str:
    """Say of what a rate is a share."""
    return heading or "crimes due"


def recorded_of(heading: str | None) -> str:
    """Say what a rate counts."""
    return heading or "of these recorded"


HELD_AS: Mapping[str, tuple[str, str]] = {
    "": ("", ""),
    "classes": (
        "counted as due: recorded as the class (A), and missing of it (M)",
        "of these recorded as the class (A)",
    ),
    "rightly": (
        "counted as due: recorded as the class with something due, and missing of it",
        "of these recorded as the class",
    ),
    "whole": (
        "counted as due: recorded, with something due or not (A), and missing (M)",
        "of these recorded (A)",
    ),
}
"""How recorded crime holds a sample -> what a rate is then a share of, and what it counts."""


_READ_AS: Mapping[str, str] = {
    "review": "In a file review, read crimes due as files that were asked, recorded as having the answer counted, and "
    "a report as a file.",
    "grounds": "Of stop and search records, read crimes due as records, recorded as having grounds, and a report as a "
    "record.",
    "agreement": "In the sums behind agreement, read crimes due as crimes that both read, and recorded as decided "
    "alike.",
    "timely": "In the share of those recorded, read crimes due as crimes recorded, and recorded as recorded in time.",
    "timely-due": "In the share of all that should have been recorded, read recorded as recorded in time.",
}
"""What the words of rates of crimes stand for in other measures, by the key of the measure."""

_READ_LIKE: Mapping[str, str] = {
    "answer-agreement": "agreement", "timely-lowest": "timely", "timely-highest": "timely",
    "timely-due-lowest": "timely-due", "timely-due-highest": "timely-due",
}  # fmt: skip


def read_as(measures: Sequence[str]) -> tuple[str, ...]:
    """Say what the words of rates of crimes stand for where some measures are worked out, each once."""
    named = dict.fromkeys(_READ_LIKE.get(key, key) for key in measures)
    return tuple(_READ_AS[key] for key in named if key in _READ_AS)


def in_all_categories(what: str) -> str:
    """Say that it is of all categories together."""
    return f"{what}, in all categories"


def limit_of_category(category: str, side: str) -> str:
    """Name the limit of a category that a total takes over."""
    return f"{'lower' if side == 'low' else 'upper'} limit of the rate of {category} alone, by the same steps"


def joined_strata(names: Sequence[str]) -> str:
    """Name strata that share a variance."""
    return " + ".join(names)


def in_stratum(category: str, stratum: str) -> str:
    """Name a category in a stratum."""
    return f"{category}, {stratum}"


def pair_in_stratum(one: str, other: str, stratum: str) -> str:
    """Name two categories in a stratum."""
    pair = f"{one} and {other}"
    return f"{pair}, {stratum}" if stratum else pair


def sum_of(symbol: str) -> str:
    """Write that a column is added up."""
    return f"sum of {symbol}"


def largest_of(symbol: str) -> str:
    """Write that the largest of a column is taken."""
    return f"largest {symbol}"


def printed_as(working: str, shown: str) -> str:
    """Add to a step what is printed of it."""
    return f"{working}, printed {shown}"


def figure_of(measure: str, label: str) -> str:
    """Name a figure."""
    return f"{measure[:1].upper()}{measure[1:]}, {label}"


def figure_in(figure: str, label: str) -> str:
    """Name a figure of a part after what it is of."""
    return figure_of(figure.partition(", ")[0], label)


def part_of(figure: str, part: str) -> str:
    """Head a part of the working of a figure."""
    return f"{figure}: {part}"


def numbers_of(part: str) -> str:
    """Head the numbers of a part that has a line for each stratum or category."""
    return f"{part}, in numbers"


def limit_at(side: str, level: str) -> str:
    """Name the limit that the margin is held against."""
    return f"{'lower' if side == 'low' else 'upper'} limit at {level}, by the same steps at that level"


def no_working(figure: str) -> str:
    """Say that a figure does not follow from the sums of its sample."""
    return f"{figure}: it has no working, as it does not follow from these sums alone."


def rows_gone(figure: str) -> str:
    """Say that a figure follows from rows that are not there any more."""
    return f"{figure}: it has no working, as it follows from the rows of the sample, and a saved result keeps none."


def nothing_to_explain(figure: str, why: str) -> str:
    """Say why a figure has no working."""
    return f"{figure}: there is no figure. {why[:1].upper()}{why[1:]}."


def pair_of_answers(first: str, second: str) -> str:
    """Name what the two said."""
    return f"{first} / {second}"


ANY_OTHER_ANSWER = "any other"


def due_by(place: int, answers: Sequence[str]) -> str:
    """Say which answers of an auditor are of crimes that should have been recorded."""
    return f"should have been recorded: the {_PLACES[place]} answer is {_or(answers)}"


def recorded_by(place: int, answers: Sequence[str]) -> str:
    """Say which of these are of crimes that were."""
    return f"of these recorded: the {_PLACES[place]} answer is {_or(answers)}"


_PLACES = ("first", "second")


def _or(words: Sequence[str]) -> str:
    """List words of which one holds."""
    return one_of(words) or "none of these"


def coefficient_of(name: str) -> str:
    """Name a coefficient."""
    return f"coefficient of {name}, from the fit"


def model_not_followed(figure: str, kinds: int) -> str:
    """Say why an average over kinds of crime is not worked out."""
    if kinds:
        return f"{figure}: it is an average over {kinds:,} kinds of crime, which is too many to write down."
    return f"{figure}: it is not worked out from the kinds of crime, as a saved result keeps none. Fit the model again."


def true_rates(low: float, high: float) -> str:
    """Say over how many true rates an average is."""
    return f"true rates from {100 * low:.10g}% to {100 * high:.10g}%, each as below"


def least_at(title: str, rate: str) -> str:
    """Name the least of a range."""
    return f"{title}: the least, at {rate}%"


UNEXPLAINED_VERBS: Mapping[str, str] = {
    "attack": "What it prints is searched for, and follows from no formula.",
    "check": "What it prints was counted in the file.",
    "draw": "What it prints was counted in the frame. Any ticket can be worked out by hand: see docs/draw.md.",
    "init": "It prints no figure.",
    "methods": "It prints no figure.",
    "plan": "It prints what is expected. docs/plan.md says how it is found.",
    "open": "What it prints was counted in the files. Explain the estimate: cdi explain AUDIT.",
    "report": "A report holds figures of several commands. Explain each with its own: cdi explain estimate AUDIT.",
    "reproduce": "Its figures are those of other commands on the published data, such as cdi explain AUDIT.",
    "template": "It prints no figure.",
    "watch": "Its limits come of bets on one report after another: docs/watch.md says how.",
}
"""Command without a working -> why, and what to do."""

RECORDS = "records"


def records_of(group: str) -> str:
    """Say that records are of a group."""
    return f"records of {group}"


def records_of_two(group: str, reference: str) -> str:
    """Say that records are of two groups."""
    return f"records of {group} and of {reference}"


def grounds_of(group: str) -> str:
    """Say that these records of a group have grounds."""
    return f"of these with grounds: {group}"


def searches_of(group: str) -> str:
    """Say that searches are of a group."""
    return f"searches of {group}"


def residents_of(group: str) -> str:
    """Say that residents are of a group."""
    return f"residents of {group}"


def with_weights(what: str) -> str:
    """Say that a sum is with weights, where there are any."""
    return f"{what}, with weights where there are any"


def turns_alike(before: str, after: str, of: Sequence[str]) -> str:
    """Name decisions that do the same to a rate, by what they are of."""
    return ", ".join(part for part in (turn_said(before, after), *of) if part)


def furthest_rate(side: str, number: int) -> str:
    """Say that a rate is as far as so many decisions can take it."""
    many = "one decision" if number == 1 else f"up to {number:,} decisions"
    return f"{side} rate that {many} the other way can give, found by search"


def outcome_with(title: str, outcome: str, number: int, side: str) -> str:
    """Name an outcome with some decisions the other way, and the side to which they move the rate where it is said."""
    many = "one decision" if number == 1 else f"{number:,} decisions"
    moved = f", which move{'s' if number == 1 else ''} the rate {side}" if side else ""
    return f"{title} ({outcome}, {f'with {many} the other way{moved}' if number else 'as audited'})"


def all_tried(title: str, number: int | None) -> str:
    """Say why no fewer decisions, or none at all, change what follows from an interval, and what the working shows."""
    if number is None:
        return (
            f"{title}: all ways to turn decisions were tried, and none changes it. The working shows those that move "
            "the rate most."
        )
    if number == 1:
        return f"{title}: one decision is enough. The working shows the limits with it the other way, and as audited."
    return (
        f"{title}: all ways to turn fewer decisions were tried, and none changes it. Of one fewer, the working shows "
        "those that move the rate most."
    )


def worked_by_name(names: Sequence[str]) -> str:
    """Say what has a working of its own, which is asked for by its name."""
    return f"More is worked out by its own name as the row: {'; '.join(names)}."


def not_all_tried(title: str, number: int | None) -> str:
    """Say that fewer decisions may do, or that some may where none were found."""
    if number is None:
        return f"{title}: no decisions were found that change it. Not all ways were tried, and some may do."
    return f"{title}: the number is an upper limit. Not all ways were tried, and fewer decisions may do."


AGREEMENT_NOT_KEPT = (
    "The intervals of percent agreement and of the two rates are not worked out from their sums, as a saved result "
    "keeps no rows. Compare the two again with cdi.agreement, and explain that."
)


def ranked_score(rank: int, forces: int) -> str:
    """Name a distance by its place, the lowest first."""
    return f"distance number {rank:,} of {forces:,}, the lowest first"


def p_value_of(force: str) -> str:
    """Name the p-value of another force, which gives the least q-value."""
    return f"p-value of {force}, which is larger and gives less"


def rate_of_nation(force: str) -> str:
    """Say that the rate of a force is worked out elsewhere."""
    return (
        f"The rate of {force} is one of the national figures, and rests on what is known beside its rows. It is worked "
        f"out by these: cdi.national(...).explain({force!r})."
    )


def rate_not_kept(force: str) -> str:
    """Say that the rate of a force is not worked out."""
    return (
        f"The rate of {force} is not worked out from its sums, as a saved result keeps no rows. Compare the forces "
        "again with cdi.forces, and explain that."
    )


def chances_drawn(draws: int) -> str:
    """Say how probable ranks are found."""
    return (
        f"The probabilities of being among the lowest and the highest are shares of {draws:,} random draws from the "
        "adjusted rates. No formula gives them."
    )


def takes_no_part(force: str) -> str:
    """Say why a force has no more than its rate."""
    return f"{force} takes no part in the lines, the funnel and the adjusted rates."


def no_funnel_of(force: str) -> str:
    """Say why a force has no funnel and no adjusted rate."""
    return f"{force} has no funnel limits and no adjusted rate, as the size of its sample or of others is not known."
