"""How a printed figure was worked out: each step with its formula, its numbers and its source."""
