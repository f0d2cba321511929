"""The practice tenant's admin center."""
