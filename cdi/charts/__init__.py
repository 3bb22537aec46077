"""Charts: what the rooms before found, drawn in the style of the Analysis Function, and said in words."""
