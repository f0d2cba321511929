"""Tests that compare the practice tenant with Microsoft's documentation and real answers."""
