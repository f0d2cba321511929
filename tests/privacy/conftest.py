"""Fixtures shared with the tests of email, and an owner who asks to be asked."""

import pytest

from tests.email.conftest import app, connected_app, connected_priya, env, visit_connected
from tests.email.environment import EmailEnvironment
from tests.email.search_runs import run
from tests.privacy.owner_questions import LONG_AGO
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

__all__ = ["app", "connected_app", "connected_priya", "env", "visit_connected"]


@pytest.fixture
def asking_priya(env: EmailEnvironment, connected_priya: str, visit_connected: Visitor) -> str:
    """Priya, connected and synced, who asked to be asked."""
    raw(env.rows).execute("update mailboxes set candidates_seen_at = ?", [LONG_AGO])
    run(env)
    answer = visit_connected.post("/settings/email/asking", {"on": "1"})
    assert answer.status_code == 303
    return connected_priya
