"""Which platform the portal works with, and the page of each integration."""
