"""Templates marked “no reply”: what the page says before sending, and what the mail server took."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email_domain import settings
from portal.email_domain.models import Mailbox
from portal.outbox import automated_store, domain_queue
from portal.outbox.domain_queue import DomainWork
from portal.privacy import store as privacy
from portal.privacy.models import Entry
from portal.storage.rows import Rows
from tests.composer.form import ROSA, WRITE, mails, opened
from tests.outbox.mails import NOW
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.smtp_server import MailServer, running_mail_server
from tests.support.visitors import Visitor, services_of, visitor, words

FROM = "no-reply@mail.northwind.example"
NO_ROUTE = "Automated mail has no route yet, so this cannot be sent."
MARKED = "The template is marked “no reply”"
MARK = re.compile(r'<input[^>]*name="no_reply"[^>]*value="(1?)"')


@pytest.fixture(autouse=True)
def templates(ready: Rows) -> None:
    builders.template(ready, "Receipt", is_no_reply=1, text="We have it. {my_address}")
    builders.template(ready, "Thanks", owner="priya")
    builders.user(ready, "Ben Novak")


@pytest.fixture
def server(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The email domain, which took its test mail."""
    with running_mail_server(tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))
        services = services_of(app)
        act = Act(services.rows, Actor.system("test"), clock.utc_now())
        alex = Mailbox("alex@northwind.example")
        settings.enter(act, services.vault, services.config, server.config(), to=alex)
        server.taken.clear()
        yield server


def fill(visitor: Visitor, template: str = "receipt", **changes: str) -> str:
    """Fill in from a template, and follow to the page with the draft."""
    pressed = {"do": "template", "template": template} | changes
    answer = visitor.post(WRITE, opened(visitor, **pressed))
    if answer.status_code == 200:
        pressed["do"] = "replace"
        answer = visitor.post(WRITE, opened(visitor, **pressed))
    assert answer.status_code == 303, words(answer)
    return words(visitor.get(answer.location))


def press(visitor: Visitor, **changes: str) -> dict[str, str]:
    """The form of the draft as it stands, with the pressed button."""
    page = visitor.get(WRITE).text
    kept = re.search(r'<textarea[^>]*name="text"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert kept is not None
    return opened(visitor, **{"text": kept[1]} | changes)


def is_marked(visitor: Visitor) -> bool:
    found = MARK.search(visitor.get(WRITE).text)
    assert found is not None
    return found[1] == "1"


def hand_over(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what is due once the time for Undo is over."""
    services, real = services_of(app), clock.utc_now
    with monkeypatch.context() as later:
        later.setattr(clock, "utc_now", lambda: real() + timedelta(seconds=11))
        claim = automated_store.DOMAIN_CLAIMS.claim(services.rows, "test", now=clock.utc_now())
        if claim is not None:
            work = DomainWork(services.rows, services.vault, services.config, claim)
            domain_queue.work_through(work, should_stop=lambda: False)


def test_without_a_route_the_draft_stays_and_nothing_is_sent(ready: Rows, priya: Visitor) -> None:
    page = fill(priya, subject="", text="")

    answer = priya.post(WRITE, press(priya, do="send", text="We have it."))

    assert MARKED in page
    assert NO_ROUTE in page
    assert "You can take it back for 10 seconds." not in page
    assert answer.status_code == 422
    assert "Automated mail has no route yet." in words(answer)
    assert mails(ready) == []
    assert is_marked(priya)


def test_mail_goes_by_the_email_domain_as_the_page_says(
    ready: Rows, priya: Visitor, app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = fill(priya, subject="", text="")

    answer = priya.post(WRITE, press(priya, do="send"))
    hand_over(app, monkeypatch)

    assert f"Recipients will see: Northwind Hiring &lt;{FROM}&gt;" in page
    assert f"Answers do not reach you: they go to {FROM}." in page
    assert f"Notices that it did not arrive go to {FROM}. Portal does not see them" in page
    assert "It goes out as automated mail" in page
    assert "talent@northwind.example" not in page
    assert answer.status_code == 303
    [(recipients, message)] = server.taken
    assert recipients == (ROSA,)
    assert message["From"] == f"Northwind Hiring <{FROM}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content() == f"We have it. {FROM}\r\n"
    [row] = mails(ready)
    assert (row["kind"], row["is_no_reply"], row["state"]) == ("automated", 1, "accepted")
    assert (row["author_id"], row["alias_id"], row["account_id"]) == ("priya", None, None)
    entry = words(priya.get("/candidates/rosa"))
    for sentence in (
        "No reply",
        "You pressed Send",
        "Sent. The mail server took it.",
        f"goes to {FROM} and is not seen: no synced mailbox has it.",
    ):
        assert sentence in entry


def test_own_address_replaces_the_automated_one_with_the_mark(
    priya: Visitor, server: MailServer
) -> None:
    before = fill(priya, subject="", text="")

    priya.post(WRITE, press(priya, do="personal", text=f"We have it. {FROM}"))

    assert f"We have it. {FROM}" in before
    after = priya.get(WRITE).text
    assert "We have it. talent@northwind.example" in after
    assert FROM not in after


@pytest.mark.parametrize(
    "changes",
    [{"do": "personal"}, {"do": "template", "template": "thanks"}, {"do": "save", "text": ""}],
)
def test_mark_goes_with_its_template(priya: Visitor, changes: dict[str, str]) -> None:
    fill(priya, subject="", text="")
    was_marked = is_marked(priya)
    form = opened(priya, subject="Thank you, Rosa", text="We have it. {my_address}")

    answer = priya.post(WRITE, form | changes)
    if answer.status_code == 200:
        answer = priya.post(WRITE, form | changes | {"do": "replace"})

    assert was_marked
    assert answer.status_code == 303, words(answer)
    assert not is_marked(priya)
    assert MARKED not in words(priya.get(WRITE))


def test_its_author_takes_it_back_and_nobody_else(
    ready: Rows, priya: Visitor, app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(priya, subject="", text="")
    priya.post(WRITE, press(priya, do="send"))
    [row] = mails(ready)
    path = f"/candidates/rosa/sent/{row['id']}"
    raw(ready).table("users").update("priya", {"role": "member"})

    refused = visitor(app, "ben").post(f"{path}/withdrawal")
    taken = priya.post(f"{path}/withdrawal")
    again = words(priya.get(taken.location))
    hand_over(app, monkeypatch)

    assert refused.status_code == 403
    assert mails(ready)[0]["state"] == "withdrawn"
    assert server.taken == []
    assert MARKED in again

    priya.post(f"{path}/repetition")
    hand_over(app, monkeypatch)

    assert [recipients for recipients, _ in server.taken] == [(ROSA,)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update users set is_enabled = 0 where id = 'priya'", "may no longer write"),
        ("update users set role = 'limited' where id = 'priya'", "may no longer write"),
        ("delete from candidate_addresses where candidate_id = 'rosa'", "at least one of the"),
    ],
)
def test_candidate_and_author_are_checked_again(
    ready: Rows,
    priya: Visitor,
    app: Flask,
    server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    reason: str,
) -> None:
    fill(priya, subject="", text="")
    priya.post(WRITE, press(priya, do="send"))
    raw(ready).execute(change)

    hand_over(app, monkeypatch)

    [row] = mails(ready)
    assert (row["state"], server.taken) == ("refused", [])
    assert reason in row["failure"]


def test_never_sync_of_its_author_holds(ready: Rows, priya: Visitor, server: MailServer) -> None:
    fill(priya, subject="", text="")
    with ready.write():
        privacy.add(ready, Entry("never", "priya", "mail.example", True, "Priya Kaur", NOW))

    answer = priya.post(WRITE, press(priya, do="send"))

    assert answer.status_code == 422
    assert "Write from Outlook instead." in words(answer)
    assert (mails(ready), server.taken) == ([], [])


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: eve@evil.example", "Hello\u2028there"])
def test_subject_with_a_line_break_is_refused(
    ready: Rows, priya: Visitor, server: MailServer, subject: str
) -> None:
    fill(priya, subject="", text="")

    answer = priya.post(WRITE, press(priya, do="send", subject=subject))

    assert answer.status_code == 422
    assert (mails(ready), server.taken) == ([], [])


def test_its_author_hides_it_and_still_sees_it(
    ready: Rows, priya: Visitor, app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(priya, subject="", text="")
    priya.post(WRITE, press(priya, do="send"))
    path = f"/candidates/rosa/sent/{mails(ready)[0]['id']}"
    ben = visitor(app, "ben")
    before = ben.get(path).status_code

    priya.post(f"{path}/hiding")
    hand_over(app, monkeypatch)

    assert len(server.taken) == 1
    assert (before, ben.get(path).status_code) == (200, 404)
    assert priya.get(path).status_code == 200


def test_template_is_marked_and_listed(ready: Rows, priya: Visitor) -> None:
    written = {"name": "Receipt 2", "subject": "Thanks", "text": "Thanks.", "is_no_reply": "y"}

    priya.post("/settings/templates", written)

    [kept] = raw(ready)["mail_templates"].rows_where("name = 'Receipt 2'")
    assert kept["is_no_reply"] == 1
    assert words(priya.get("/settings/templates")).count("No reply") == 2
    assert "checked" in priya.get(f"/settings/templates/{kept['id']}").text

    del written["is_no_reply"]
    priya.post(f"/settings/templates/{kept['id']}", written)

    [kept] = raw(ready)["mail_templates"].rows_where("name = 'Receipt 2'")
    assert kept["is_no_reply"] == 0
