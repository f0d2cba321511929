"""Fixtures shared with the tests of Microsoft 365."""

from tests.microsoft365.conftest import env, microsoft

__all__ = ["env", "microsoft"]
