"""The marketplace and the page of each integration."""
