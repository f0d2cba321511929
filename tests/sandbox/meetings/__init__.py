"""The practice tenant's calendars."""
