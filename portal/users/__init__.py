"""The people who use Portal."""
