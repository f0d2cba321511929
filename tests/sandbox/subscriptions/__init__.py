"""The practice tenant's change notifications."""
