"""Microsoft fails in the middle of a sync: nothing is lost, and nothing comes twice."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.email import intake, store, sync
from portal.email.bodies import TRIES_BEFORE_GIVING_UP, message
from portal.email.headers import header
from portal.microsoft365.errors import (
    MailboxFenced,
    MailboxMissing,
    NeedsReconnect,
    Throttled,
    Unavailable,
)
from portal.storage.database import write
from tests.email.graph_items import item
from tests.email.office import PRIYA, ROSA, Office, follow, raw_message

TEXTS = r"/me/messages/.*body"
PAGES = r"/messages/delta"


@pytest.fixture
def rosa(office: Office) -> str:
    return office.candidate("Rosa Ortega", ROSA)


def fault(office: Office, path: str, **plan: Any) -> None:
    office.sandbox.control("POST", "faults", {"path": path, **plan})


def mend(office: Office) -> None:
    office.sandbox.control("DELETE", "faults")


def test_message_that_is_gone_when_it_is_fetched_is_counted(office: Office, rosa: str) -> None:
    office.arrives(PRIYA, raw_message("One"))
    office.arrives(PRIYA, raw_message("Two"))
    fault(office, TEXTS, status=404, times=1)

    office.sync(office.connect(PRIYA))

    assert len(office.subjects(rosa)) == 1
    assert office.left_out() == {"vanished": 1}


@pytest.mark.parametrize("plan", [{"truncate": True}, {"reset": True}, {"status": 504}])
def test_page_that_breaks_off_is_asked_for_again(
    office: Office, rosa: str, plan: dict[str, Any]
) -> None:
    office.arrives(PRIYA, raw_message("One"))
    fault(office, PAGES, times=1, **plan)

    office.sync(office.connect(PRIYA))

    assert office.subjects(rosa) == ["One"]


def test_long_throttling_ends_the_look_and_the_next_one_goes_on(office: Office, rosa: str) -> None:
    office.arrives(PRIYA, raw_message("One"))
    priya = office.connect(PRIYA)
    fault(office, TEXTS, status=429, retryAfter=120)

    with pytest.raises(Throttled) as refusal:
        office.sync(priya)
    assert refusal.value.retry_after == 120
    assert office.subjects(rosa) == []
    mend(office)
    lapse_claims(office)
    office.sync(priya)

    assert office.subjects(rosa) == ["One"]


def lapse_claims(office: Office) -> None:
    """A minute passes for whoever works, and is heard of no more."""
    office.db.execute("update mailboxes set claimed_until = '2026-01-01T00:00:00Z'")


@pytest.mark.parametrize("code", ["syncStateNotFound", "resyncRequired"])
def test_cursor_that_expired_while_following_doubles_nothing(
    office: Office, rosa: str, code: str
) -> None:
    office.arrives(PRIYA, raw_message("Before"))
    office.arrives(
        PRIYA, raw_message("News", sender="news@shop.example"),
        received_at=clock.utc_now() - timedelta(days=2),
    )  # fmt: skip  # one to a line says no more
    priya = office.connect(PRIYA)
    office.sync(priya)
    office.arrives(PRIYA, raw_message("After"))
    fault(office, rf"{PAGES}\?.*deltatoken", status=410, code=code, times=3)

    office.sync(priya)
    office.sync(priya)

    assert office.subjects(rosa) == ["After", "Before"]
    assert office.left_out() == {"no_candidate": 1}
    assert office.count("message_copies") == 2


def test_cursor_that_expired_in_the_first_walk_begins_the_folder_anew(
    office: Office, rosa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "PAGE_SIZE", "odata.maxpagesize=2")
    for number in range(5):
        office.arrives(PRIYA, raw_message(f"{number}"))
        office.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    priya = office.connect(PRIYA)
    fault(office, rf"{PAGES}\?.*skiptoken", status=410, times=1)

    office.sync(priya)
    unfinished = next(iter(office.db["mailboxes"].rows))["first_sync_finished_at"]
    office.sync(priya)

    row = next(iter(office.db["mailboxes"].rows))
    assert unfinished is None
    assert row["first_sync_finished_at"] is not None
    assert (row["looked_count"], row["kept_count"]) == (10, 5)
    assert office.subjects(rosa) == ["0", "1", "2", "3", "4"]


def test_folder_that_vanishes_during_the_walk_is_passed_over(office: Office, rosa: str) -> None:
    office.arrives(PRIYA, raw_message("Archived"), folder="Archive")
    office.arrives(PRIYA, raw_message("Here"))
    fault(office, PAGES, status=404, times=1)
    priya = office.connect(PRIYA)

    office.sync(priya)
    office.sync(priya)

    assert office.subjects(rosa) == ["Archived", "Here"]


def test_mailbox_that_is_missing_or_fenced_says_so(office: Office, rosa: str) -> None:
    priya = office.connect(PRIYA)
    fault(office, "mailFolders", status=404, code="MailboxNotEnabledForRESTAPI")
    with pytest.raises(MailboxMissing):
        office.sync(priya)
    mend(office)
    lapse_claims(office)
    fault(office, "mailFolders", status=403, code="ErrorAccessDenied")

    with pytest.raises(MailboxFenced):
        office.sync(priya)


def test_authorization_that_ended_says_so(office: Office, rosa: str) -> None:
    priya = office.connect(PRIYA)
    fault(office, "mailFolders", status=401)

    with pytest.raises(NeedsReconnect):
        office.sync(priya)


def test_message_that_stays_unreadable_holds_up_the_others_no_longer(
    office: Office, rosa: str
) -> None:
    office.arrives(PRIYA, raw_message("Broken"))
    claim = office.claim(office.connect(PRIYA))
    # As Microsoft's client would say after its own tries.
    fault(office, TEXTS, status=500)
    office.db.execute("update mailboxes set failure_count = ?", [TRIES_BEFORE_GIVING_UP])

    follow(office, claim)

    assert office.left_out() == {"unreadable": 1}


def test_message_that_is_unreadable_at_first_is_tried_again(office: Office, rosa: str) -> None:
    office.arrives(PRIYA, raw_message("Slow"))
    priya = office.connect(PRIYA)
    fault(office, TEXTS, status=500)
    with pytest.raises(Unavailable):
        office.sync(priya)
    mend(office)
    lapse_claims(office)

    office.sync(priya)

    assert office.subjects(rosa) == ["Slow"]


def test_candidate_who_is_deleted_meanwhile_gets_nothing(office: Office, rosa: str) -> None:
    claim = office.claim(office.connect(PRIYA))
    mailbox = store.mailbox(office.db, claim.row_id)
    found = message(header(item()), {"body": {"contentType": "text", "content": "Hello"}})
    office.db.execute("delete from candidates where id = ?", [rosa])

    with write(office.db) as db:
        kept = intake.keep(db, mailbox, [found], now=clock.utc_now())

    assert (kept, office.count("messages"), office.count("feed_entries")) == (0, 0, 0)
