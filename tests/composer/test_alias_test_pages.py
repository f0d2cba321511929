"""The test of an alias on the Email page, on that of a shared mailbox, and in the composer."""

import pytest
from flask import Flask

from portal import clock
from portal.outbox import store
from portal.outbox.models import AliasProof, Outcome
from portal.storage.rows import Rows
from tests import pages
from tests.composer.form import WRITE, opened
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, stranger, visitor, words

PAGE = "/settings/email"
TEST = "/settings/email/aliases/talent/test"
STAYS = "Portal reads only this mail there, also while email sync is off, and the mail stays in the"


@pytest.fixture(autouse=True)
def _addresses(ready: Rows) -> None:
    builders.alias(ready, "jobs", "jobs@northwind.example", is_primary=1, is_included=1)
    builders.alias(ready, "jobs", "careers@northwind.example", is_included=1)


def started(rows: Rows) -> list[tuple[str, ...]]:
    found = raw(rows).execute(
        "select o.kind, o.author_id, o.account_id, o.from_address, r.address, o.state "
        "from outbox o join outbox_recipients r on r.outbox_id = o.id order by o.id"
    )
    return [*found.fetchall()]


OWN = ("alias_test", "priya", "priya", "talent@northwind.example", "priya@northwind.example")
SHARED = ("alias_test", "priya", "jobs", "careers@northwind.example", "jobs@northwind.example")


def test_email_page_starts_a_test_and_says_that_it_runs(ready: Rows, priya: Visitor) -> None:
    before = priya.text(PAGE)
    answer = priya.post(TEST)
    twice = priya.post(TEST)
    answered = priya.get(PAGE)
    page = words(answered)

    assert "Not tested yet whether Microsoft sends as this address." in before
    assert "Test this alias : talent@northwind.example" in before
    assert STAYS in before
    assert [(each.status_code, each.location) for each in (answer, twice)] == [
        (303, f"{PAGE}#aliases")
    ] * 2
    assert started(ready) == [(*OWN, "waiting")]
    assert "The test mail goes out in a moment, and the result appears here." in page
    assert "Test this alias : talent" not in page
    assert 'data-refresh-seconds="5"' in answered.text
    assert pages.complaints(answered.text) == []


def test_composer_names_each_kind_of_address(priya: Visitor) -> None:
    page = priya.text(WRITE)

    assert "priya@northwind.example Primary address" in page
    assert "talent@northwind.example Not tested yet" in page
    assert "jobs@northwind.example Shared mailbox" in page
    assert "careers@northwind.example Not tested yet" in page


def test_owner_tests_an_alias_of_a_shared_mailbox(ready: Rows, priya: Visitor) -> None:
    path = "/settings/mailboxes/jobs"
    page = priya.text(path)

    answer = priya.post(f"{path}/aliases/careers/test")

    assert "Test this alias : careers@northwind.example" in page
    assert answer.location == f"{path}#aliases"
    assert started(ready) == [(*SHARED, "waiting")]
    assert "Being tested" in priya.text(path)
    assert "Being tested" not in priya.text(PAGE)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/settings/email/aliases/careers/test", 404),  # of another mailbox
        ("/settings/email/aliases/p.kaur/test", 404),  # not included
        ("/settings/email/aliases/nothing/test", 404),
        ("/settings/email/aliases/priya/test", 422),  # primary
    ],
)
def test_what_is_no_alias_of_the_mailbox_is_not_tested(
    ready: Rows, priya: Visitor, path: str, status: int
) -> None:
    assert priya.post(path).status_code == status
    assert started(ready) == []


def test_only_members_who_decide_for_the_mailbox_test(ready: Rows, app: Flask) -> None:
    stranger(app).post(TEST)
    other = visitor(app, "sam").post("/settings/mailboxes/jobs/aliases/careers/test")

    assert other.status_code == 404
    assert started(ready) == []


def test_composer_starts_a_test_and_keeps_the_text(ready: Rows, priya: Visitor) -> None:
    form = priya.text(WRITE)
    values = opened(priya, subject="Thursday", text="Hi Rosa")
    answer = priya.post(WRITE, {**values, "do": "", "test": "talent"})

    assert "Test this alias : talent@northwind.example" in form
    assert "Test this alias : priya@" not in form
    assert STAYS in form
    assert (answer.status_code, answer.location) == (303, f"{WRITE}#from-field")
    assert started(ready) == [(*OWN, "waiting")]
    answered = priya.get(WRITE)
    page = words(answered)
    assert 'value="Thursday"' in answered.text
    assert "Being tested" in page
    assert "The test is under way. Its result appears at the address within minutes." in page


def test_sixth_test_is_refused_on_both_pages(ready: Rows, priya: Visitor) -> None:
    for _ in range(5):
        priya.post(TEST)
        raw(ready).execute("update outbox set state = 'withdrawn', ended_at = created_at")

    sixth = priya.post(TEST)
    composed = priya.post(WRITE, {**opened(priya), "do": "", "test": "talent"})

    said = "You started 5 tests within an hour, which is the most. The next test can start in"
    assert sixth.status_code == 429
    assert said in words(sixth)
    assert composed.status_code == 303
    assert said in priya.text(WRITE)
    assert len(started(ready)) == 5


def test_cure_and_day_stand_at_the_address(ready: Rows, priya: Visitor) -> None:
    priya.post(TEST)
    at = clock.utc_now()
    with ready.write():
        proof = AliasProof(
            "talent", Outcome.AS_PRIMARY, "priya@northwind.example", "", is_test=True, seen_at=at
        )
        store.save_proof(ready, proof)
    raw(ready).execute("update outbox set state = 'seen', ended_at = ?", [clock.text(at)])

    for path in (PAGE, WRITE):
        answered = priya.get(path)
        page = words(answered)
        assert "Goes out as priya@…" in page
        assert "Settings → Mail flow → General → “Turn on sending from aliases”." in page
        assert "Test it again" in page
        assert f'<time datetime="{clock.text(at)[:10]}' in answered.text


def test_without_permission_the_page_leads_to_it(ready: Rows, priya: Visitor) -> None:
    raw(ready).execute("update connections set scopes = 'User.Read Mail.Read'")
    page = priya.text(PAGE)

    answer = priya.post(TEST)

    assert "Connect Microsoft 365 to send" in page
    assert "Portal may not send mail for you yet." in page
    assert answer.status_code == 409
    assert "cannot be tested now. Portal may not send mail for you yet." in words(answer)
    assert started(ready) == []
