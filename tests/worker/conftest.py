"""The office of the email tests, for workers that look after it."""

from tests.email.conftest import office

__all__ = ["office"]
