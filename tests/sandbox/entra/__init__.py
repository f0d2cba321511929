"""The practice tenant's Entra ID."""
