"""What is said where a result cannot be given as it is asked for: estimates, intervals, comparisons, forces."""

from __future__ import annotations

from collections.abc import Mapping

from cdi.wording.faults import Words

__all__ = ["RESULT_FAULTS"]

_AT_THE_PROMPT = ("command_line",)
_IN_PYTHON = ("python",)
_MIXED = "or compare them under a warning: {option:mixed_periods}."

_ESTIMATES: Mapping[str, Words] = {
    "no-measure": Words("a measure", "{hint}"),
    "needs-rate": Words(
        "recording rates, for bounds and volumes to apply to",
        "Add them: {option:measures=recording-rate}.",
        only=("command_line", "python"),
    ),
    "no-style": Words("a style", "{hint}"),
    "style-and-method": Words(
        "no method with the published style", "Leave out {named:method}. The published style has its own method."
    ),
    "not-rates": Words(
        "recording rates", "Pass recording rates, such as cdi.recording_rate() gives.", only=("python",)
    ),
    "not-counts": Words("unrecorded crimes", "Pass what cdi.unrecorded() gave.", only=("python",)),
    "nothing-to-plot": Words(
        "a table with a number to plot",
        "Plot another result. No row of this table shows an estimate.",
        only=_IN_PYTHON,
    ),
    "no-rules": Words("the rules of disclosure control", "Pass cdi.Disclosure().", only=_IN_PYTHON),
    "not-protected": Words(
        "a result of a sample, such as cdi.estimate() gives, or its table",
        "Pass one of these: cdi.estimate(...) or cdi.estimate(...).table.",
        only=_IN_PYTHON,
    ),
    "no-estimates": Words(
        "estimates, such as cdi.recording_rate() gives",
        "Pass one or more of these. Every result has its table already: result.to_pandas().",
        only=_IN_PYTHON,
    ),
    "not-net": Words(
        "unrecorded crimes net of over-recording",
        "Pass what cdi.unrecorded(..., over_recording=...) gave.",
        only=("python",),
    ),
    "domains-differ": Words("estimates by the same categories", "Make a table for each."),
    "not-a-proportion-text": Words(
        "a proportion such as 0.95, or a percentage such as 95%", "Write it in one of these ways."
    ),
    "bare-percent": Words("a proportion", "Write {value:f}% or {share:f}."),
    "not-counts-text": Words(
        "counts written x/n, such as 159/182",
        "Write two whole numbers with a stroke between them.",
        only=_AT_THE_PROMPT,
    ),
    "not-a-pair": Words(
        "two strata written A=B", "Write the stratum, =, and the one that it joins.", only=_AT_THE_PROMPT
    ),
    "count-alone": Words(
        "volumes with recorded crime, for over-recording and a prediction to apply to",
        "Add them: {option:volumes}. Or leave out {named:over_recorded} and {named:prediction}.",
        toml="Add recorded crime to the files of [volumes], or leave out over_recorded.",
    ),
    "no-over-recording": Words(
        "a share over-recorded from 0 to below 1",
        "Write 2.1% as 0.021. An audit in which no crime was recorded gives no such share.",
    ),
    "not-over-recording": Words(
        "a share of crimes over-recorded",
        "Pass what cdi.over_recording() or cdi.parse_published() gave.",
        only=("python",),
    ),
    "over-recording-same": Words(
        "over-recording from another audit",
        "Use another audit. The interval takes the two to be independent, and in one sample they are not.",
    ),
}

_INTERVALS: Mapping[str, Words] = {
    "unknown-method": Words("the name of an interval method", "{hint}"),
    "level": Words("a level between 0.5 and 1, such as 0.95", "Write a level of 95% as 0.95."),
    "side": Words(
        "side 'both', 'lower' or 'upper'", "Choose 'lower' for a lower limit only, or 'upper' for an upper limit only."
    ),
    "not-a-proportion": Words("a proportion from 0 to 1", "Write a rate of 91.4% as 0.914."),
    "shapes-differ": Words(
        "lists of one length, or single numbers", "Pass as many sizes as rates, or one for all.", only=_IN_PYTHON
    ),
    "effective-size": Words("an effective sample size above 0", "Leave out what was not sampled. It has no interval."),
    "not-a-count": Words("{name} as a whole number, {least} or more", "Give counts, not rates."),
    "recorded-above-due": Words(
        "recorded no larger than due ({due:,})", "Check both counts. Give the crimes recorded before the crimes due."
    ),
    "due-above-population": Words("a sample no larger than its population ({population:,})", "Check both counts."),
    "published-terms": Words(
        "level 0.95 and both sides with method published", "Choose another method: {option:method=wald}."
    ),
    "exact-one-side": Words(
        "both sides with method exact", "For one limit only, use {option:method=exact-equal-tailed}."
    ),
    "exact-population": Words(
        "a population with method {method}", "If it is not known, use {option:method=clopper-pearson}."
    ),
    "exact-from-counts": Words(
        "a method for a rate and an effective size",
        "Choose another method. {method} needs counts: recorded, due and population.",
    ),
    "exact-needs-simple": Words(
        "a method that fits this sample",
        "Use {option:method=wilson} or {option:method=korn-graubard}. Exact methods fit a simple sample of single "
        "records only, without clusters, strata or subgroups.",
    ),
    "exact-with-chance": Words(
        "a method for a rate and an effective size",
        "Use {option:method=wilson}. Exact methods cannot allow for over-recording, or for chance in the crimes "
        "themselves (fewer than 1,000 recorded, or a prediction).",
    ),
    "mover-intervals": Words(
        "two two-sided intervals of one level", 'Make both with the same level and side="both".', only=("python",)
    ),
}

_COMPARISONS: Mapping[str, Words] = {
    "half-width": Words(
        "a half width above 0 and below 1",
        "Write 4.3 percentage points as 4.3%. The figure of a census has no half width.",
        python="Write 4.3 percentage points as 0.043. The figure of a census has no half width.",
    ),
    "not-a-side": Words(
        "counts such as 159/182, a published figure such as 86.5%+-4.3%, or a file that exists",
        "Write a point before decimals, no commas, and % after both figures. Put the text in quotation marks if the "
        "shell splits it.",
        python="Write a point before decimals, no commas, and % after both figures.",
        toml="Write a point before decimals, no commas, and % after both figures.",
    ),
    "not-published": Words(
        "a published figure such as 86.5%+-4.3%",
        "Write a point before decimals, and % after both figures.",
        command_line="Write a point before decimals, and % after both figures. Put the text in quotation marks if the "
        "shell splits it.",
    ),
    "no-half-width": Words(
        "a published figure with its half width, such as {rate}%+-4.3%",
        "Add the half width as printed. To compare a census, which has none: {option:selection=census}.",
        python="Add the half width as printed. To compare a census, which has none: census=True.",
        toml="Add the half width as printed. If an earlier result is of a census, give its rows as files.",
    ),
    "census-width": Words(
        "a figure without a half width, because a census was declared",
        "A census has no sampling error. Write {rate}%, or leave out {option:selection=census}.",
        python="A census has no sampling error. Write {rate}%, or leave out census=True.",
    ),
    "margin": Words(
        "a margin above 0 and below 1",
        "Write a margin of 3 percentage points as 0.03.",
        command_line="Write a margin of 3 percentage points as 3pp or 0.03.",
    ),
    "margin-text": Words("a margin such as 3pp or 0.03", "A bare number is not clear. Write 3pp, 3% or 0.03."),
    "no-comparison-kind": Words("a difference or a ratio", "{hint}"),
    "counts-need-ratio": Words(
        "a ratio, because unrecorded crimes are compared",
        "Ask for a ratio: {option:kind=ratio}.",
        only=("command_line", "python"),
    ),
    "measures-differ": Words("two figures of one measure", "Compare a rate with a rate, and counts with counts."),
    "categories-differ": Words(
        "audits of the same categories",
        "Compare by a column that both have: {option:by}, with the same name in both files.",
        python="Compare by a column that both have, with the same name in both.",
        toml="Use the same column and spellings in both, or leave by out of the earlier result.",
    ),
    "no-shared-category": Words(
        "a category that both sides have",
        "Use the same spellings in both, or compare overall: {option:by=}.",
        python="Use the same spellings in both, or compare overall rates.",
        toml="Use the same spellings in both, or leave by out of the earlier result.",
    ),
    "score-needs-simple": Words(
        "a method that fits these samples",
        "Leave out {named:method}, so that the design of each side is kept. This method takes only two simple "
        "random samples from frames of unknown size.",
    ),
    "score-ratio": Words(
        "a difference, because that is what this method gives",
        "Leave out {named:kind} or {named:method}.",
        only=("command_line", "python"),
    ),
    "no-domain": Words("a category of the sample", "{hint}"),
    "same-domain": Words(
        "two different categories", "Name two, such as cdi.contrast(rates, 'violent', 'other').", only=("python",)
    ),
    "no-figure": Words(
        "rates or counts, such as cdi.recording_rate() or cdi.of_counts() give, or a cdi.PublishedRate",
        "Pass one of these. Text such as 86.5%+-4.3% is read by cdi.parse_published().",
        only=("python",),
    ),
    "same-sample": Words(
        "two samples, drawn independently",
        "This is one sample twice. Name another file.",
        python="This is one sample twice. Pass another sample. For two categories of one sample use cdi.contrast().",
    ),
    "no-sample": Words("rates of a sample", "For two figures without their rows use cdi.compare().", only=("python",)),
    "too-few-sides": Words("two or more sides", "Add the side to compare with."),
    "names-differ": Words("as many names as sides, each once", "Give a name for each side, or none.", only=("python",)),
    "false-discovery": Words("a false discovery rate above 0 and below 1", "Write 10% as 0.1."),
    "false-discovery-alone": Words(
        "no false discovery rate with two sides, because it covers several comparisons",
        "Leave out {named:false_discovery}, or add the side that the second is compared with.",
        only=_AT_THE_PROMPT,
    ),
    "method-of-printed": Words(
        "no method for published figures",
        "Leave out {named:method}. Published figures keep the interval that was printed with them.",
    ),
    "side-of-printed": Words(
        "side 'both' for a published figure",
        "Leave out {named:side}. Published figures keep the interval that was printed with them.",
        only=_IN_PYTHON,
    ),
    "level-of-change": Words(
        "a level above 75%, because a change is judged against a margin",
        "Leave out {named:level}. 95% is usual.",
    ),
    "coverage-format": Words(
        "text, markdown, html or json, because {named:coverage} adds a sentence",
        "Leave out {named:coverage}, or choose another format. A CSV table has no sentences.",
        only=_AT_THE_PROMPT,
    ),
    "coverage-size": Words(
        "samples whose sizes multiply to a million at most",
        "Leave out {named:coverage}. Intervals of larger samples cover what their level says.",
        python="Use smaller samples. Intervals of larger samples cover what their level says.",
        toml="Use smaller samples. Intervals of larger samples cover what their level says.",
    ),
    "coverage-of-counts": Words(
        "two sides of counts, such as 159/182 211/244",
        "Leave out {named:coverage}. Coverage is worked out for simple samples only.",
        only=_AT_THE_PROMPT,
    ),
    "coverage-of-ratio": Words(
        "a difference, because coverage is worked out for differences",
        "Leave out {named:coverage} or {option:kind=ratio}.",
        only=_AT_THE_PROMPT,
    ),
    "figures-only": Words(
        "no such options without a side that is a file",
        "Leave them out. Counts and published figures have no columns and no sheets.",
        python="Leave these arguments out. Counts, published figures and results have no columns to read.",
        only=("command_line", "python"),
    ),
    "searches-with-volumes": Words(
        "no volumes for sides that hold searches",
        "Leave out {named:volumes} or {named:searches}. Recorded crime says nothing about searches.",
        python="Leave out volumes= or searches=. Recorded crime says nothing about searches.",
        only=("command_line", "python"),
    ),
    "volumes-a-side": Words(
        "volumes for each side that is a file, in the same order",
        "Give {named:volumes} once for each of these sides. Counts and published figures take none.",
        python="Give one entry of the list {named:volumes} for each of these sides. Audits, results, counts and "
        "published figures take none.",
        only=("command_line", "python"),
    ),
    "style-with-margin": Words(
        "no margin with the published style",
        "Leave out {named:margin} or {named:style}. The published verdict has no margin.",
        only=_AT_THE_PROMPT,
    ),
    "not-in-both": Words("a category of both audits", "{hint}"),
    "baseline": Words(
        "a baseline of 2 to {most} months", "Say how many of the first months set the centre: {option:baseline}."
    ),
    "no-trend-of": Words("a measure that has a trend", "{hint}"),
}

_FORCES: Mapping[str, Words] = {
    "force-spelled": Words(
        "one spelling of each force; this one is also spelled {other}", "Use one spelling throughout."
    ),
    "half-width-of-force": Words(
        "half the width of a 95% interval, from 0.0001 to below 1",
        "Write 2.6% or 0.026. Leave it blank if no interval was published.",
    ),
    "roles-of-rates": Words(
        "no columns of a sample with a column of rates",
        "Leave them out. If this is an audit, remove the column rate.",
    ),
    "force-twice": Words(
        "each force once", "Keep one row: the latest, or the one that can be compared with the other forces."
    ),
    "few-forces": Words(
        "rates of three or more forces",
        "Add forces, or compare two with {verb:compare}. An average of fewer does not show what is usual.",
        toml="Add forces. An average of fewer does not show what is usual.",
    ),
    "mixed-kinds": Words("results of one kind of inspection", f"Keep one kind, {_MIXED}"),
    "mixed-periods": Words("results whose periods all overlap", f"Keep those that do, {_MIXED}"),
    "unknown-periods": Words("a period that can be read, such as 2023-01 to 2023-06", f"Fill it in, {_MIXED}"),
    "no-higher": Words("better, worse or neither", "Say what a higher rate is: {option:higher=worse}."),
    "no-order": Words(
        "name or value", "Say how to order the forces: {option:sort=value}.", only=("command_line", "python")
    ),
    "seed-alone": Words(
        "no {named:seed} without {named:force_detail}",
        "Add {named:force_detail}, or leave out {named:seed}. Only its probabilities are drawn at random.",
        only=_AT_THE_PROMPT,
    ),
    "no-funnel": Words(
        "half widths of three or more forces", "Add half widths. A funnel needs the size of each sample."
    ),
    "force-option": Words("one of the words for {name}", "{hint}"),
    "force-lengths": Words("as many {name} as values ({values})", "Give one for each force, in the same order."),
    "few-values": Words("values of two or more forces", "Add forces. One force has no spread to draw lines from."),
    "force-value": Words("a number for each force, or nothing where it has none", "Correct the value of this force."),
    "force-values": Words("a list of numbers, one for each force", "Pass a list, an array or a column."),
    "not-a-target": Words("a target above 0 and below 1", "Write a target of 90% as 0.9."),
    "not-a-rank": Words("a number of forces from 1 to {forces}", "Ask for a number in this range."),
    "not-draws": Words(
        "at least one draw", "Ask for more. 10,000 draws give probabilities right to about one percentage point."
    ),
    "not-a-discovery-rate": Words("a false discovery rate above 0 and below 1", "Write a rate of 10% as 0.1."),
    "not-tails": Words("tails above 0 and below 1", "For limits of 95%, give the tails 0.025 and 0.975."),
    "not-whole-sizes": Words(
        "whole sizes, 1 or more", "Round effective sizes first. Exact limits are limits of counts."
    ),
}

_DISCLOSURE: Mapping[str, Words] = {
    "exception-sample": Words(
        "the sample that an exception belongs to, because several have its column", "Add sample = {samples}."
    ),
    "exception-gives-away": Words(
        "an exception that does not reveal suppressed cells",
        "Suppressed cells can be worked out from this one and others. Withdraw the exception, or also except what it "
        "reveals.",
    ),
    "few-forces-left": Words(
        "three or more forces with a base of 10 or more",
        "Leave the comparison of forces out, or keep it internal: {option:disclosure=internal}. Smaller bases are "
        "suppressed.",
        python='Leave the comparison of forces out, or keep it internal: cdi.Disclosure(mode="internal"). Smaller '
        "bases are suppressed.",
    ),
    "no-disclosure": Words("disclosure 'public' or 'internal'", "{hint}"),
}

_MODELS: Mapping[str, Words] = {
    "model-formula": Words(
        "a formula such as recorded ~ crime_type + stratum",
        'Join column names by +, : or *. Write C(name) for numbers that stand for categories, and Q("the name") for a '
        "name with spaces.",
        only=_IN_PYTHON,
    ),
    "model-response": Words(
        "recorded on the left of ~",
        "Write recorded there, whatever your column is called. The model is of crimes recorded and not recorded.",
        only=_IN_PYTHON,
    ),
    "model-no-terms": Words(
        "at least one column on the right of ~",
        "Name what may go with not recording, such as crime_type. For the rate alone use cdi.recording_rate(audit).",
        only=_IN_PYTHON,
    ),
    "model-interaction-of-many": Words(
        "interactions of two columns", "Write pairs, such as crime_type * stratum.", only=_IN_PYTHON
    ),
    "model-interaction-alone": Words(
        "both columns of an interaction on their own as well",
        "Write {one} * {other}, which stands for {one} + {other} + {one}:{other}.",
        only=_IN_PYTHON,
    ),
    "model-own-answer": Words(
        "columns other than the one that says whether a crime was recorded",
        "Leave it out on the right of ~. It is what the model explains.",
        only=_IN_PYTHON,
    ),
    "model-needs-sample": Words(
        "a random sample with sampling error",
        "Compare the rates of categories instead: cdi.recording_rate(audit, by=...).",
        only=_IN_PYTHON,
    ),
    "model-all-alike": Words(
        "some crimes recorded and some not recorded",
        "Give the rate alone, with cdi.recording_rate(audit). There is nothing for a model to explain.",
        only=_IN_PYTHON,
    ),
    "model-one-category": Words(
        "two or more categories in {column}", "Leave {column} out of the formula.", only=_IN_PYTHON
    ),
    "model-separated": Words(
        "some crimes recorded and some not recorded in each category",
        "Combine this category with a similar one, or leave {column} out. No finite odds ratio fits.",
        only=_IN_PYTHON,
    ),
    "model-separated-together": Words(
        "a finite odds ratio for every term",
        "Use fewer terms or fewer categories. Together these predict every crime without error.",
        only=_IN_PYTHON,
    ),
    "model-empty-pair": Words(
        "crimes in each pair of categories of {column}",
        "Leave this interaction out, or combine categories.",
        only=_IN_PYTHON,
    ),
    "model-collinear": Words(
        "terms that each add something",
        "Leave out {column}, or a term before it. {column} follows from the others.",
        only=_IN_PYTHON,
    ),
    "model-few-reports": Words(
        "more reports than the model has terms: at least {needed:,} reports with crimes",
        "Leave terms out, combine categories, or audit more reports.",
        only=_IN_PYTHON,
    ),
    "model-number": Words(
        "a number in every row of {column}",
        "Fill in or correct the values. If they stand for categories, write C({column}).",
        only=_IN_PYTHON,
    ),
    "model-reference": Words("a category of {column} to compare the others with", "{hint}", only=_IN_PYTHON),
    "model-reference-column": Words(
        "reference categories for columns of categories that are in the formula",
        'Give them as a mapping: reference={{"crime_type": "other"}}.',
        only=_IN_PYTHON,
    ),
}

RESULT_FAULTS: Mapping[str, Words] = {**_ESTIMATES, **_INTERVALS, **_COMPARISONS, **_FORCES, **_MODELS, **_DISCLOSURE}
