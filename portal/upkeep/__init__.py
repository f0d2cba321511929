"""Keeping a portal for years: backups, restoring them, and changing keys."""
