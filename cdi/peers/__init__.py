"""Forces side by side: their names, what is read of them, the page."""
