"""Download an attachment from Microsoft, through the owner of the mailbox."""

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from portal import clock, create_app
from portal.candidates import feed_store
from portal.email_feed import store as email_feed
from portal.storage.rows import Rows
from sandbox import quirks
from tests.email import messages
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, config, raw_message
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, stranger, visitor, words

CLOUD_FILE = (
    b'message/external-body; access-type=URL; URL="https://files.example/plan"; name="plan.pdf"'
)
ATTACHMENT = "/candidates/rosa/messages/a/attachments/a-priya-cv.pdf"


@pytest.fixture
def message(app: Flask, rows: Rows, now: datetime) -> str:
    builders.connection(rows, "priya")
    builders.mailbox(rows, "priya")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    files = (("cv.pdf", "application/pdf", 1200), ("film.mp4", "video/mp4", 26 * 1024 * 1024))
    return messages.keep(rows, Message("a", attachments=files), now=now)


@pytest.mark.parametrize(
    "path",
    [
        ATTACHMENT.replace("rosa", "mei"),
        ATTACHMENT.replace("/a/", "/b/"),
        ATTACHMENT.replace("cv.pdf", "other"),
    ],
)
def test_attachment_of_another_message_is_not_found(
    rows: Rows, visit_priya: Visitor, message: str, now: datetime, path: str
) -> None:
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)

    assert visit_priya.get(path).status_code == 404


def test_attachment_is_for_members(app: Flask, visit_kim: Visitor, message: str) -> None:
    assert visit_kim.get(ATTACHMENT).status_code == 403
    assert stranger(app).get(ATTACHMENT).location.endswith("/signin")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("delete from connections", "which is not connected now"),
        ("update connections set state = 'lapsed'", "which is not connected now"),
        ("update users set is_enabled = 0 where id = 'priya'", "who can no longer sign in"),
        ("update mailboxes set is_syncing = 0 where user_id = 'priya'", "whose email sync is off"),
        (
            "update users set role_notice = 'became_limited' where id = 'priya'",
            "whose email sync is off",
        ),
    ],
)
def test_attachment_of_a_closed_mailbox_says_so(
    app: Flask, rows: Rows, message: str, sql: str, sentence: str
) -> None:
    builders.user(rows, "Alex Berg", role="admin")
    raw(rows).execute(sql)

    answer = visitor(app, "alex").get(ATTACHMENT)

    assert answer.status_code == 409
    assert f"This attachment lies in the mailbox of Priya Kaur, {sentence}" in words(answer)


def test_large_attachment_is_refused_before_microsoft_is_asked(
    visit_priya: Visitor, message: str
) -> None:
    answer = visit_priya.get(ATTACHMENT.replace("cv.pdf", "film.mp4"))

    assert answer.status_code == 413
    assert "larger than 25 MB" in words(answer)


@pytest.fixture
def file_from_rosa(env: EmailEnvironment) -> str:
    """The download address of Rosa's CV, synced from Priya's mailbox."""
    priya = env.connect(PRIYA)
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("My CV", attachment=("Lebenslauf für Zoë.pdf", b"%PDF-1.7 x")))
    env.sync(priya)
    (file,) = raw(env.rows).query("select id, message_id from attachments")
    (entry,) = raw(env.rows).query("select candidate_id from feed_entries")
    folder = f"/candidates/{entry['candidate_id']}/messages/{file['message_id']}"
    return f"{folder}/attachments/{file['id']}"


@pytest.fixture
def colleague(env: EmailEnvironment, instance: Path) -> Visitor:
    """A browser of Alex, whose own mailbox is not connected."""
    builders.user(env.rows, "Alex Berg", role="admin")
    return visitor(create_app(config(instance, env.sandbox)), "alex")


def test_colleague_downloads_through_the_owner_of_the_mailbox(
    colleague: Visitor, file_from_rosa: str
) -> None:
    answer = colleague.get(file_from_rosa)

    assert (answer.status_code, answer.data) == (200, b"%PDF-1.7 x")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert (
        "filename*=UTF-8''Lebenslauf%20f%C3%BCr%20Zo%C3%AB.pdf"
        in (answer.headers["Content-Disposition"])
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_attachment_of_a_deleted_message_is_gone(
    env: EmailEnvironment, colleague: Visitor, file_from_rosa: str
) -> None:
    fault = {"path": "attachments", "status": 404, "times": 1}
    env.sandbox.control("POST", "faults", fault)

    answer = colleague.get(file_from_rosa)

    assert answer.status_code == 404
    assert "is no longer in the mailbox of Priya Kaur" in words(answer)


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "attachments", "status": 500, "times": 20},
        {"path": "attachments", "status": 429, "retryAfter": 30, "times": 20},
        {"path": "attachments", "reset": True, "times": 20},
    ],
)
def test_wait_for_microsoft_ends_after_ten_seconds(
    env: EmailEnvironment, colleague: Visitor, file_from_rosa: str, fault: dict[str, object]
) -> None:
    env.sandbox.control("POST", "faults", fault)
    begun = clock.monotonic()

    answer = colleague.get(file_from_rosa)

    assert clock.monotonic() - begun < 18
    assert answer.status_code == 503
    assert "Please try again later." in words(answer)


@pytest.fixture
def file_of_two(env: EmailEnvironment) -> str:
    """The address of a file in a message that Rosa sent to Priya and Alex."""
    people = [env.connect(PRIYA), env.connect(ALEX)]
    rosa = env.candidate("Rosa Ortega", ROSA)
    for person, content in ((PRIYA, b"of Priya"), (ALEX, b"of Alex")):
        file = ("cv.pdf", content)
        raw = raw_message(
            "My CV", to=f"{PRIYA}, {ALEX}", attachment=file, message_id="<1@mail.example>"
        )
        env.arrives(person, raw)
    for each in people:
        env.sync(each)
    (found,) = feed_store.feed(env.rows, rosa, kinds=["email"], hidden=[]).entries
    entry = email_feed.entry(env.rows, rosa, found.subject_id, viewer="")
    (shown,) = entry.attachments
    return f"/candidates/{rosa}/messages/{entry.message_id}/attachments/{shown.id}"


@pytest.fixture
def first_of_two(env: EmailEnvironment, file_of_two: str) -> str:
    """The owner of the copy that is tried first."""
    (row,) = raw(env.rows).query(
        "select b.user_id from attachments t join mailboxes b on b.id = t.mailbox_id "
        "where t.id = ?",
        [file_of_two.rpartition("/")[2]],
    )
    return str(row["user_id"])


@pytest.fixture
def mei(env: EmailEnvironment, instance: Path, file_of_two: str) -> Visitor:
    builders.user(env.rows, "Mei Lund")
    return visitor(create_app(config(instance, env.sandbox)), "mei")


@pytest.mark.parametrize(
    "sql",
    [
        "delete from connections where user_id = ?",
        "update connections set state = 'lapsed' where user_id = ?",
        "update users set is_enabled = 0 where id = ?",
        "update mailboxes set is_syncing = 0 where user_id = ?",
    ],
)
def test_other_copy_is_fetched_after_a_disconnect(
    env: EmailEnvironment, mei: Visitor, file_of_two: str, first_of_two: str, sql: str
) -> None:
    before = mei.get(file_of_two).data
    raw(env.rows).execute(sql, [first_of_two])

    answer = mei.get(file_of_two)

    assert (answer.status_code, {before, answer.data}) == (200, {b"of Priya", b"of Alex"})


def test_other_copy_is_fetched_when_the_message_was_deleted(
    env: EmailEnvironment, mei: Visitor, file_of_two: str
) -> None:
    before = mei.get(file_of_two).data
    env.sandbox.control("POST", "faults", {"path": "attachments", "status": 404, "times": 1})

    answer = mei.get(file_of_two)

    assert (answer.status_code, {before, answer.data}) == (200, {b"of Priya", b"of Alex"})


def test_first_refusal_is_shown_without_any_copy(
    env: EmailEnvironment, mei: Visitor, file_of_two: str
) -> None:
    raw(env.rows).execute("delete from connections")

    answer = mei.get(file_of_two)

    assert answer.status_code == 409
    assert "which is not connected now" in words(answer)


def test_file_in_the_cloud_is_a_link_and_no_download(
    env: EmailEnvironment, connected_app: Flask
) -> None:
    quirks.turn(env.sandbox.state, {quirks.REFERENCE_ATTACHMENTS.name: True})
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Portfolio").replace(b"text/plain", CLOUD_FILE))
    priya = env.connect(PRIYA)
    env.sync(priya)
    (file,) = raw(env.rows)["attachments"].rows
    visit = visitor(connected_app, priya)
    env.sandbox.control("DELETE", "requests")

    page = visit.get(f"/candidates/{rosa}")
    path = f"/candidates/{rosa}/messages/{file['message_id']}/attachments/{file['id']}"
    answer = visit.get(path)

    assert file["kind"] == "cloud"
    assert "It opens from the message in Outlook." in words(page)
    assert "/attachments/" not in page.text
    assert answer.status_code == 409
    assert "This is a link to a file in the cloud" in words(answer)
    assert "try again" not in words(answer)
    assert env.sandbox.control("GET", "requests")["value"] == []


def test_attached_message_is_a_file_that_mail_programs_open(
    env: EmailEnvironment, connected_app: Flask
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    outer, inner = EmailMessage(), EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = ROSA, PRIYA, "Forwarding"
    inner["From"], inner["Subject"] = "old@x.example", "Reference letter"
    inner.set_content("Quite good.")
    outer.set_content("See the attached mail.")
    outer.add_attachment(inner)
    env.arrives(PRIYA, outer.as_bytes())
    priya = env.connect(PRIYA)
    env.sync(priya)
    (file,) = raw(env.rows)["attachments"].rows

    answer = visitor(connected_app, priya).get(
        f"/candidates/{rosa}/messages/{file['message_id']}/attachments/{file['id']}"
    )

    assert (file["kind"], file["name"]) == ("message", "Reference letter.eml")
    assert 'filename="Reference letter.eml"' in answer.headers["Content-Disposition"]
    assert b"Quite good." in answer.data
