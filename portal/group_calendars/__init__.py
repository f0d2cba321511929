"""Calendars of Microsoft 365 groups that interviews go on, and the checks that they work."""
