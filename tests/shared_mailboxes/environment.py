"""The office of the practice tenant with an administrator who adds jobs@."""

import html
import re

from flask.testing import FlaskClient

from portal.shared_mailboxes import store
from tests.email.environment import EmailEnvironment
from tests.microsoft365.at_microsoft import asked, came_back
from tests.support.browser import send

LIST = "/admin/privacy/shared-mailboxes"
JOBS = "jobs@northwind.example"
GRANTED = ("Mail.Read", "User.Read.All")
LINK = re.compile(r'href="(http[^"]+/authorize[^"]*)"')


def entry_page(env: EmailEnvironment, address: str) -> str:
    return f"{LIST}/entries/{env.sandbox.oid(address)}"


def add(env: EmailEnvironment, alex: FlaskClient, *, owner: str = "priya") -> str:
    """Add jobs@ with this owner. Returns the account id."""
    answer = send(alex, entry_page(env, JOBS), owner=owner, confirmed="1")
    assert answer.status_code == 303, answer.text
    (added,) = [each for each in store.mailboxes(env.rows) if each.address == JOBS]
    assert answer.location == f"{LIST}/{added.account_id}"
    return added.account_id


def give_full_access(env: EmailEnvironment, *names: str) -> None:
    env.sandbox.control("PATCH", f"mailboxes/{JOBS}/rights", {"fullAccess": [*names]})


def page_of(account_id: str) -> str:
    return f"/settings/shared-mailboxes/{account_id}/reader"


def read_as(env: EmailEnvironment, client: FlaskClient, account_id: str, upn: str) -> str:
    """Press the button, accept at Microsoft and come back. Returns what Microsoft was asked."""
    leaving = send(client, page_of(account_id))
    assert leaving.status_code == 200, leaving.text
    link = LINK.search(leaving.text)
    assert link is not None, leaving.text
    address = html.unescape(link[1])
    back = client.get(came_back(env.sandbox, address, upn))
    assert back.status_code in (302, 303), back.text
    return asked(address)["scope"]
