"""From estimates to what people read: the fixed columns, rounding, pages and their formats."""
