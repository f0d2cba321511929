"""Fixtures shared with the tests of email."""

from tests.email.conftest import app, connected_app, connected_priya, env, visit_connected

__all__ = ["app", "connected_app", "connected_priya", "env", "visit_connected"]
