"""Rates of many forces: the published lines, what chance explains, and rates drawn towards their mean."""
