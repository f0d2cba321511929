"""Fixtures shared with the tests of email and of shared mailboxes."""

from tests.email.conftest import connected_app, connected_priya, env, visit_connected
from tests.shared_mailboxes.conftest import admin, portal

__all__ = ["admin", "connected_app", "connected_priya", "env", "portal", "visit_connected"]
