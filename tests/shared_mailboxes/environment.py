"""The office of the practice tenant with an administrator who adds jobs@."""

from flask.testing import FlaskClient

from portal.shared_mailboxes import store
from tests.email.environment import EmailEnvironment
from tests.support.browser import send

LIST = "/admin/privacy/shared-mailboxes"
JOBS = "jobs@northwind.example"
GRANTED = ("Mail.Read", "User.Read.All")


def entry_page(env: EmailEnvironment, address: str) -> str:
    return f"{LIST}/entries/{env.sandbox.oid(address)}"


def add(env: EmailEnvironment, alex: FlaskClient, *, owner: str = "priya") -> str:
    """Add jobs@ with this owner. Returns the account id."""
    answer = send(alex, entry_page(env, JOBS), owner=owner, confirmed="1")
    assert answer.status_code == 303, answer.text
    (added,) = [each for each in store.mailboxes(env.rows) if each.address == JOBS]
    assert answer.location == f"{LIST}/{added.account_id}"
    return added.account_id
