"""The progress of the searches for an import's addresses."""

from datetime import datetime

from portal.candidates.models import ImportProgress
from portal.email_feed import store
from portal.storage.rows import Rows
from tests.support import builders


def test_progress_counts_searches_of_each_mailbox(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Priya Kaur")
    for user_id, stage in (("priya", "following"), ("noa", "headers")):
        if user_id != "priya":
            builders.user(rows, "Noa Levi")
        builders.mailbox(rows, user_id, stage=stage)
        builders.connection(rows, user_id)
    builders.candidate(rows, "Rosa Ortega", "rosa@mail.example\nr@mail.example", now=now)
    builders.search(
        rows,
        "s",
        mailbox_id="mailbox-priya",
        address="Rosa@mail.example",
        candidate_id="rosa",
        stage="finished",
        at=now,
        finished_at=now,
    )

    found = store.import_progress(rows, ["rosa"])
    of_none = store.import_progress(rows, ["nobody"])

    assert found == ImportProgress(mailboxes=2, total=4, finished=1)
    assert of_none == ImportProgress(mailboxes=0, total=0, finished=0)
