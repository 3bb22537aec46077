"""The same reports read by two auditors: whether they decide alike, and what it does to the rate."""
