"""A shared mailbox with mail, and Priya in it."""

from typing import Any

import pytest

from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA, WITH_FILE, raw_message
from tests.support.sandbox_server import Sandbox

JOBS = "jobs@northwind.example"
SHARED = {"Mail.Read.Shared", "Mail.ReadWrite.Shared", "Mail.Send.Shared"}


@pytest.fixture
def message_id(tenant: Sandbox) -> str:
    tenant.deliver(JOBS, raw_message())
    return tenant.deliver(JOBS, WITH_FILE)


@pytest.fixture
def member(tenant: Sandbox) -> Caller:
    """Priya, whose token has every .Shared permission."""
    return person(tenant, PRIYA, SHARED)


def give(tenant: Sandbox, *names: str, mailbox: str = JOBS, **switches: Any) -> None:
    """Give Priya these rights in a mailbox, and take all others away."""
    rights: dict[str, list[str]] = {"fullAccess": [], "sendAs": [], "sendOnBehalf": []}
    rights |= {name: [PRIYA] for name in names}
    tenant.control("PATCH", f"mailboxes/{mailbox}/rights", rights | switches)
