"""Survey theory: totals and their covariance, and every rate and count that is a function of them."""
