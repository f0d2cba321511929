"""Following a mailbox against the practice tenant: what comes, once, and what stays away."""

from datetime import timedelta

import pytest

from portal import clock
from portal.email import settings_store
from portal.email.models import Stage
from tests.email.office import ALEX, PRIYA, ROSA, TALENT, Office, letter


def test_first_sync_keeps_what_is_with_candidates_and_nothing_else(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, letter("From Rosa"))
    office.arrives(PRIYA, letter("To Rosa", sender=PRIYA, to=ROSA), folder="SentItems")
    office.arrives(PRIYA, letter("Newsletter", sender="news@shop.example"))
    priya = office.connect(PRIYA)

    office.sync(priya)

    assert office.subjects(rosa) == ["From Rosa", "To Rosa"]
    assert office.count("messages") == 2
    assert office.left_out() == {"no_candidate": 1}
    status = settings_store.status(office.db, priya, since=clock.utc_now() - timedelta(days=7))
    assert status is not None
    assert (status.stage, status.looked_count, status.kept_count) == (Stage.FOLLOWING, 3, 2)
    assert status.first_sync_finished_at is not None
