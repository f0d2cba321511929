"""Tests of the practice tenant's groups."""
