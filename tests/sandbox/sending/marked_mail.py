"""Mail with Portal's mark, and what came of it."""

from typing import Any

from sandbox.sending import ledger
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

ALEX = "alex@northwind.example"
ROSA = "rosa.ortega@mail.example"
NAME = "String {9f6c3a54-3b1e-4f7e-9a41-5d0c7f4f2a11} Name PortalMessage"
EXPAND = f"$expand=singleValueExtendedProperties($filter=id eq '{NAME}')"


def marked(mark: str = "one", *, to: str = ROSA, **members: Any) -> dict[str, Any]:
    return {
        "subject": "Interview",
        "toRecipients": [{"emailAddress": {"address": to}}],
        "internetMessageHeaders": [{"name": "x-portal-message", "value": mark}],
        "singleValueExtendedProperties": [{"id": NAME, "value": mark}],
        **members,
    }


def send(caller: Caller, mark: str = "one", *, user: str = PRIYA, **members: Any) -> Any:
    message = {"message": marked(mark, **members)}
    return caller.call("POST", f"/users/{user}/sendMail", json=message)


def condition(mark: str = "one", name: str = NAME) -> str:
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{mark}')"


def found(caller: Caller, text: str | None = None, path: str = "/me") -> list[dict[str, Any]]:
    address = f"{path}/messages?$filter={text or condition()}&{EXPAND}"
    value: list[dict[str, Any]] = caller.read(address)["value"]
    return value


def recipients(tenant: Sandbox) -> list[str]:
    """List who got mail, in the order of sending."""
    return [one.recipient for one in ledger.deliveries(tenant.state) if one.fate == "delivered"]


def turn(tenant: Sandbox, mailbox: str | None = PRIYA, **switches: Any) -> Any:
    """Set switches of sending for one mailbox, or for the tenant."""
    path = f"mailboxes/{mailbox}/sending" if mailbox else "sending"
    return tenant.control("PATCH", path, switches)
