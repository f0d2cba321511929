"""The quirks that the practice tenant of one test has, chosen by the test's name."""

from zlib import crc32

import pytest

from sandbox import quirks
from sandbox.database import State

# Tests of what Portal does with Microsoft's answers. Others expect a kind tenant.
IN_TURN = (
    "tests/calendars",
    "tests/diagnostics",
    "tests/directory",
    "tests/email",
    "tests/email_feed",
    "tests/email_settings",
    "tests/email_why",
    "tests/faults_of_input",
    "tests/flows",
    "tests/group_calendars",
    "tests/integrations",
    "tests/interviews/microsoft",
    "tests/microsoft365",
    "tests/subscriptions",
    "tests/upkeep",
    "tests/users",
    "tests/worker",
)
# Consent is then proven by mail that people have, which few tests need: they have its own tests
# in tests/microsoft365.
WITH_OWN_TESTS = quirks.RBAC_SCOPE
ALL = tuple(name for name in quirks.NAMES if name != WITH_OWN_TESTS.name)


def begin(test: pytest.Item, state: State) -> None:
    """Turn on the quirks of a test, and name them in its report."""
    chosen = quirks_of(test.nodeid)
    quirks.turn(state, dict.fromkeys(chosen, True))
    test.add_report_section("setup", "quirks", ", ".join(chosen) or "none")


def quirks_of(test_id: str) -> tuple[str, ...]:
    """All quirks for every second test, and one after another for the rest. Runs do not differ."""
    if not test_id.startswith(tuple(f"{folder}/" for folder in IN_TURN)):
        return ()
    number = crc32(test_id.encode())
    return ALL if number % 2 else (ALL[number // 2 % len(ALL)],)
