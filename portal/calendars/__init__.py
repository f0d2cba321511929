"""The organization's meeting rooms and when they are free."""
