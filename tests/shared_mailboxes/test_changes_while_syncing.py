"""A shared mailbox that changes at Microsoft while it syncs: nothing is lost, and nothing twice."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.email import mailboxes, settings_store, sync
from portal.email.mailboxes import DELETED
from portal.shared_mailboxes import store
from tests.email.environment import ROSA, EmailEnvironment, raw_message
from tests.shared_mailboxes.environment import JOBS, add, sync_by_worker
from tests.support.raw_rows import raw

SUBJECTS = [f"Application {number}" for number in range(5)]
CLOSED = (
    "Exchange keeps this mailbox closed to Portal. Add it to the mailboxes that Portal may open."
)
NOT_THERE = "Microsoft has no such mailbox in Exchange Online. Portal asks again once a day."
Change = Callable[[EmailEnvironment], None]


@pytest.fixture
def rosa(env: EmailEnvironment) -> str:
    return env.candidate("Rosa Ortega", ROSA)


@pytest.fixture
def account_id(env: EmailEnvironment, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> str:
    """jobs@ with five messages, which come two at a time."""
    monkeypatch.setattr(sync, "PAGE_SIZE", "odata.maxpagesize=2")
    for subject in SUBJECTS:
        env.arrives(JOBS, raw_message(subject, to=JOBS))
    return add(env, admin)


def after_a_page(env: EmailEnvironment, change: Change) -> Callable[[], bool]:
    """Change the mailbox once, between two pages of its first sync. The sync goes on."""

    def steps() -> Iterator[bool]:
        while not env.count("message_copies"):
            yield False
        change(env)
        while True:
            yield False

    found = steps()
    return lambda: next(found)


def person(**changes: object) -> Change:
    def change(env: EmailEnvironment) -> None:
        env.sandbox.control("PATCH", f"users/{env.sandbox.oid(JOBS)}", changes)

    return change


def convert(env: EmailEnvironment) -> None:
    """A user's mailbox without a license is closed."""
    env.sandbox.control("POST", f"mailboxes/{JOBS}/conversion", {"to": "user"})


def convert_back(env: EmailEnvironment) -> None:
    """It needs a license for that, and none afterwards."""
    env.sandbox.control("PATCH", f"users/{JOBS}", {"licenses": ["E3"]})
    env.sandbox.control("POST", f"mailboxes/{JOBS}/conversion", {"to": "shared"})
    env.sandbox.control("PATCH", f"users/{JOBS}", {"licenses": []})


@pytest.mark.parametrize(
    ("strikes", "heals", "state", "pill"),
    [
        (person(fenced=True), person(fenced=False), CLOSED, ("Closed", "warn")),
        (person(deleted=True), person(deleted=False), DELETED, ("Not synced", "bad")),
        (convert, convert_back, NOT_THERE, ("Not synced", "bad")),
    ],
)
def test_what_came_before_stays_and_the_rest_follows(
    env: EmailEnvironment,
    rosa: str,
    account_id: str,
    strikes: Change,
    heals: Change,
    state: str,
    pill: tuple[str, str],
) -> None:
    sync_by_worker(env, account_id, after_a_page(env, strikes))
    sync_by_worker(env, account_id)
    struck, before = store.mailbox(env.rows, account_id), env.subjects(rosa)
    heals(env)
    raw(env.rows).execute("update mailboxes set due_at = '2026-01-01T00:00:00Z'")
    sync_by_worker(env, account_id)

    assert (struck.state, struck.pill) == (state, pill)
    assert 0 < len(before) < len(SUBJECTS)
    assert env.subjects(rosa) == SUBJECTS
    healed = store.mailbox(env.rows, account_id)
    assert (healed.state, healed.pill) == ("", ("Synced", "good"))


def test_renamed_mailbox_goes_on_under_its_new_name(
    env: EmailEnvironment, rosa: str, account_id: str
) -> None:
    careers = "careers@northwind.example"
    renamed = person(userPrincipalName=careers, mail=careers, displayName="Careers")

    sync_by_worker(env, account_id, after_a_page(env, renamed))
    env.arrives(careers, raw_message("To the new name", to=careers))
    env.arrives(careers, raw_message("To the old name", to=JOBS))
    status = settings_store.status(env.rows, account_id, now=clock.utc_now())
    assert status is not None
    mailboxes.ask(env.rows, status.mailbox_id, clock.utc_now(), read_addresses=True)
    sync_by_worker(env, account_id)

    assert env.subjects(rosa) == [*SUBJECTS, "To the new name", "To the old name"]
    known = store.mailbox(env.rows, account_id)
    assert (known.label, known.state) == (f"Careers <{careers}>", "")
    (account,) = raw(env.rows).query("select count(*) as n from mailbox_sources")
    assert account["n"] == 1
