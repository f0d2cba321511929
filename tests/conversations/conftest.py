"""Fixtures shared with the tests of email."""

from tests.email.conftest import env

__all__ = ["env"]
