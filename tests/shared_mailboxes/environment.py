"""The office of the practice tenant with an administrator who adds jobs@."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from portal import clock
from portal.email import jobs
from portal.email.jobs import MAILBOXES
from portal.graph.errors import GraphError
from portal.shared_mailboxes import store
from tests.email.environment import EmailEnvironment, never
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


def sync_by_worker(
    env: EmailEnvironment, account_id: str, should_stop: Callable[[], bool] = never
) -> None:
    """Sync a mailbox as a worker does, which notes what failed. It may be tried again at once."""
    claim = env.claim(account_id)
    try:
        jobs.sync_due_mailbox(env.services, claim, should_stop)
    except GraphError as error:
        now = clock.utc_now()
        MAILBOXES.claims.fail(
            env.rows, claim, str(error), waits=lambda _: timedelta(), is_throttled=False, now=now
        )
