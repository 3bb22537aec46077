"""Groups of people held against each other: grounds, searches for each resident, records without a group."""
