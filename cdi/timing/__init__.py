"""How soon crimes are recorded: times as people write them, delays, their quantiles."""
