"""Differences between an event in Outlook and its interview, which a person decides about."""
