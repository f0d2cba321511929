"""The people who use the portal."""
