"""Which reports are read: drawn by tickets that anybody can work out again, and proved by a receipt."""
