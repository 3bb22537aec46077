"""Two periods: what changed between two sides, and what it comes to."""
