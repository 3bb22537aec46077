"""The statistics engine of crime data integrity."""
