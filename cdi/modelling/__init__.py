"""What goes with not recording: logistic regression of an audited sample, under its design."""
