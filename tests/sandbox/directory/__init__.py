"""The practice tenant's directory."""
