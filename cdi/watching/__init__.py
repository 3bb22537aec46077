"""Stop when clear: what the reports read so far say of a standard, however often one looks."""
