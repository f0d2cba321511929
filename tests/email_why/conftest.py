"""Fixtures shared with the tests of email."""

from tests.email.conftest import (
    app,
    connected_app,
    connected_priya,
    env,
    visit_connected,
    visit_kim,
    visit_priya,
)

__all__ = [
    "app",
    "connected_app",
    "connected_priya",
    "env",
    "visit_connected",
    "visit_kim",
    "visit_priya",
]
