"""The monthly sample over time: control charts, signals, their page."""
