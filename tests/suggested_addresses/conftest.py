"""Fixtures shared with the tests of email."""

from tests.email.conftest import connected_app, connected_priya, env, visit_connected

__all__ = ["connected_app", "connected_priya", "env", "visit_connected"]
