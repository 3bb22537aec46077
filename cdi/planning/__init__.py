"""How many reports to read, and which strata to read them from, before anyone reads one."""
