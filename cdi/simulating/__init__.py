"""How often intervals are right: what samples are drawn from, the draws, and what came of them."""
