"""The file that describes one inspection."""
