"""The practice tenant's rooms."""
