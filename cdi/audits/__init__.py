"""From rows to a checked audit: the role of each column, answers and decisions, known volumes, strata and periods."""
