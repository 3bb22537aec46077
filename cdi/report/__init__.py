"""The report: everything that is published of one inspection, from one file."""
