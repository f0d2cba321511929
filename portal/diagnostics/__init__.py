"""Checks with their cures, and explanations of Microsoft's errors."""
