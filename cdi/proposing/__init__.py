"""What a file holds that was not made for cdi: its kind, what its words mean, and the numbers that follow."""
