"""Calendars with coming interviews, read again and again: what somebody changed in Outlook."""
