"""Entra ID v2.0 for one tenant."""
