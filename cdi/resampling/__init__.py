"""A second opinion on standard errors: reports left out one by one, and samples drawn again from those of a sample."""
