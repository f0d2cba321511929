"""A practice tenant, and clients with a token for it."""

from collections.abc import Iterator

import pytest

from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.sandbox.sign_in import Visit
from tests.support.sandbox_server import Sandbox, running_sandbox

SCOPES = {"User.Read", "Mail.ReadWrite", "Mail.Read", "Mail.Send"}


@pytest.fixture
def tenant() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def priya(tenant: Sandbox) -> Caller:
    return person(tenant, PRIYA, SCOPES)


@pytest.fixture
def app(tenant: Sandbox) -> Caller:
    """The application with every permission that the tenant supports."""
    return application(
        tenant,
        "Mail.Read",
        "Mail.ReadWrite",
        "Mail.Send",
        "MailboxSettings.Read",
        "Calendars.Read",
        "User.Read.All",
        "Organization.Read.All",
        "Domain.Read.All",
        "Directory.Read.All",
        "Place.Read.All",
    )


@pytest.fixture
def visit(tenant: Sandbox) -> Visit:
    """A browser whose application has a registered return address."""
    return Visit.registered(tenant)
