"""Some reports of an audit read again by a panel: which are drawn, and the rate freed of the auditors' errors."""
