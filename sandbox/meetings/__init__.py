"""Meetings: the mail that they send, Teams, and rooms that answer."""
