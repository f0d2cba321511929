"""The office of the email tests, for workers that look after it."""

from tests.email.conftest import env

__all__ = ["env"]
