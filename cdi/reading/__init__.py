"""From files and frames to rows: the health of a CSV file, the cells of a workbook, the rows' own engine."""
