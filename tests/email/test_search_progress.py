"""The progress of searches for earlier mail: of one candidate, and of an import."""

from datetime import datetime

from portal.candidates.models import EarlierMail, ImportProgress
from portal.email import search_store as store
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


def test_search_for_earlier_mail_is_running_until_it_is_finished(rows: Rows, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(rows, builders.user(rows, name))
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.mailbox(rows, builders.user(rows, "Kim Lund"), stage="headers")
    builders.mailbox(rows, builders.user(rows, "Sam Reed"), is_syncing=0)
    builders.mailbox(rows, builders.user(rows, "Jo Lapsed"), stage="headers")
    for user_id in ("priya", "alex", "kim", "sam"):
        builders.connection(rows, user_id)
    builders.connection(rows, "jo", state="lapsed")
    before = store.earlier_mail(rows, "rosa")
    for user_id in ("priya", "alex"):
        builders.search(
            rows,
            user_id,
            mailbox_id=f"mailbox-{user_id}",
            candidate_id="rosa",
            stage="finished",
            at=now,
            finished_at=now,
        )

    assert before == EarlierMail(mailboxes=3, searching=3)
    assert store.earlier_mail(rows, "rosa") == EarlierMail(mailboxes=3, searching=1)


def test_mailbox_that_the_organization_opens_counts_before_its_search(
    rows: Rows, now: datetime
) -> None:
    builders.consent(rows, at=now)
    builders.insert(rows, "consent_roles", {"role": "Mail.Read", "granted_at": now})
    builders.mailbox(rows, builders.user(rows, "Priya Kaur"))
    builders.mailbox(rows, builders.user(rows, "Kim Lund"), is_syncing=0)
    builders.candidate(rows, "Rosa Ortega", "rosa@mail.example", now=now)

    assert store.import_progress(rows, ["rosa"]) == ImportProgress(1, 1, 0)
    assert store.earlier_mail(rows, "rosa") == EarlierMail(mailboxes=1, searching=1)
