"""Binomial theory: intervals of proportions, of their differences and ratios; how often they are right."""
