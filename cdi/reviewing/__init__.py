"""File reviews: what is asked of case files, and the share of each answer."""
