"""Decisions that a force disputes: what hangs on them."""
