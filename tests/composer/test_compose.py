"""Write to a candidate: what is sent, and what is refused with the form kept."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.privacy import store as privacy
from portal.privacy.models import Entry
from portal.storage.rows import Rows
from tests.composer.form import ROSA, TEXT, WRITE, counts, opened, send
from tests.composer.form import mails as sent
from tests.outbox import mails
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import HOME, TOKEN, Visitor, stranger, visitor, words


def test_a_message_waits_in_the_outbox_and_can_be_taken_back(ready: Rows, priya: Visitor) -> None:
    before = clock.utc_now().replace(microsecond=0)

    answer = send(priya, to=f"Rosa Ortega <{ROSA}>", cc="sam@mail.example")

    (mail,) = sent(ready)
    assert (answer.status_code, answer.location) == (303, f"/candidates/rosa#sent-{mail['id']}")
    kept = (mail["author_id"], mail["account_id"], mail["alias_id"], mail["from_address"])
    assert kept == ("priya", "priya", "talent", "talent@northwind.example")
    assert (mail["subject"], mail["text"]) == ("Thursday", TEXT)
    assert clock.moment(mail["due_at"]) >= before + timedelta(seconds=10)
    page = priya.text("/candidates/rosa")
    said = "Your message goes out in a few seconds. Until then you can take it back. Undo"
    assert said in page
    assert "Take it back" in page
    assert said not in priya.text("/candidates/rosa")


def test_a_message_taken_back_returns_to_the_form(ready: Rows, priya: Visitor) -> None:
    send(priya, cc="sam@mail.example")
    (mail,) = sent(ready)

    answer = priya.post(f"/candidates/rosa/sent/{mail['id']}/withdrawal")

    assert answer.location == f"{WRITE}?repeats={mail['id']}"
    page = priya.get(answer.location).text
    assert 'value="Thursday"' in page
    assert "see you on Thursday." in page
    assert 'value="sam@mail.example"' in page
    again = send(priya, answer.location, text="Hi again")
    assert again.status_code == 303
    assert [(row["state"], row["again_of"], row["text"]) for row in sent(ready)] == [
        ("withdrawn", None, TEXT),
        ("waiting", mail["id"], "Hi again"),
    ]


def test_files_of_a_message_taken_back_go_out_with_the_next(ready: Rows, priya: Visitor) -> None:
    values = opened(priya, files=(BytesIO(b"%PDF"), "offer.pdf"))
    priya.post(WRITE, values, content_type="multipart/form-data")
    (mail,) = sent(ready)
    priya.post(f"/candidates/rosa/sent/{mail['id']}/withdrawal")

    send(priya, f"{WRITE}?repeats={mail['id']}")

    names = [(row["name"], row["content"]) for row in raw(ready)["outbox_files"].rows]
    assert names == [("offer.pdf", "JVBERg=="), ("offer.pdf", "JVBERg==")]


def test_nobody_repeats_the_message_of_another(ready: Rows, app: Flask, priya: Visitor) -> None:
    send(priya)
    (mail,) = sent(ready)

    for person, path in (("priya", mail["id"]), ("sam", mail["id"]), ("sam", "unknown")):
        answer = visitor(app, person).get(f"{WRITE}?repeats={path}")
        assert answer.status_code == 404  # it waits, and it is not Sam's


@pytest.mark.parametrize("do", ["look", "", "preview", "nonsense", "attach", "save", "autosave"])
def test_no_other_button_sends(ready: Rows, priya: Visitor, do: str) -> None:
    send(priya, do=do)

    assert counts(ready) == [0, 0, 0, 1]


def test_text_that_no_draft_may_have_stays_on_the_page(ready: Rows, priya: Visitor) -> None:
    answer = send(priya, do="look", subject="One\x00Two")

    assert answer.status_code == 200
    assert "see you on Thursday." in answer.text
    assert counts(ready) == [0, 0, 0, 0]


def test_the_first_button_of_the_form_only_renders_it_again(priya: Visitor) -> None:
    page = priya.get(WRITE).text
    form = page[page.index("data-autosave") :]

    button = form[form.index("<button") : form.index("</button>")]

    assert 'value="look"' in button
    assert 'class="visually-hidden"' in button


def test_the_preview_shows_paragraphs_and_links(priya: Visitor) -> None:
    text = "Hi <Rosa>,\n\nsee https://northwind.example/jobs?a=1&b=2.\nUntil then"

    pressed = send(priya, do="preview", text=text)
    answer = priya.get(pressed.location)

    assert pressed.location == f"{WRITE}?preview=1#preview"
    assert "Hi &lt;Rosa&gt;," in answer.text
    assert 'href="https://northwind.example/jobs?a=1&amp;b=2"' in answer.text
    assert "Preview From Priya Kaur &lt;talent@northwind.example&gt;" in words(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject": "One\r\nBcc: sam@mail.example"}, "This has to stay on one line."),
        ({"subject": "One\nTwo"}, "This has to stay on one line."),
        ({"subject": "One\u0085Two"}, "This has to stay on one line."),
        ({"subject": "One\u2028Two"}, "This has to stay on one line."),
        ({"subject": "One\x00Two"}, "This contains an invisible control character."),
        ({"to": f"Rosa\r\nBcc: <{ROSA}>"}, "This has to stay on one line."),
        ({"to": f"Rosa\u2028 <{ROSA}>"}, "This has to stay on one line."),
        ({"to": f"Rosa\x00 <{ROSA}>"}, "This contains an invisible control character."),
        ({"to": f"{ROSA}\u0085sam@mail.example"}, "This has to stay on one line."),
        ({"cc": f"Sam\n<{ROSA}>"}, "This has to stay on one line."),
        ({"to": f"{ROSA} sam@mail.example"}, "is not an email address."),
        ({"to": f"{ROSA} <sam@mail.example>"}, "The name before sam@mail.example cannot be used"),
        ({"to": ROSA, "cc": ", ".join(f"a{each}@mail.example" for each in range(50))}, "has 51."),
        ({"to": "sam@mail.example"}, "Write to at least one of the candidate&#39;s addresses."),
        ({"to": ""}, "Please fill in “To”."),
        ({"subject": " "}, "Please fill in “Subject”."),
        ({"text": ""}, "Please fill in “Message”."),
        ({"text": "x" * 100_001}, "This is too long: 100,001 characters, and 100,000 fit."),
        ({"sender": ""}, "Choose an address to write from."),
        ({"sender": "p.kaur"}, "Choose an address to write from."),
        ({"sender": "sam"}, "Choose an address to write from."),
        ({"sender": "support"}, "Choose an address to write from."),
        ({"cc": "ada@lawfirm.example"}, "Write from Outlook instead."),
    ],
)
def test_a_refused_message_keeps_the_form_and_stores_nothing(
    ready: Rows, priya: Visitor, changes: dict[str, Any], sentence: str
) -> None:
    builders.shared_mailbox(ready, "Support", owners=["sam"])
    lawyer = Entry("never", "priya", "lawfirm.example", True, "Priya Kaur", mails.NOW)
    with ready.write():
        privacy.add(ready, lawyer)

    answer = send(priya, **changes)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert ("Hi Rosa," in answer.text) == ("text" not in changes)
    assert counts(ready)[:3] == [0, 0, 0]


def test_a_deleted_candidate_gets_no_message(ready: Rows, priya: Visitor) -> None:
    values = opened(priya)
    priya.post("/candidates/rosa/deletion")
    with ready.write():
        raw(ready).execute("delete from candidates where id = 'rosa'")

    assert priya.post(WRITE, values).status_code == 404
    assert counts(ready) == [0, 0, 0, 0]


def test_the_owner_of_a_shared_mailbox_writes_from_it(ready: Rows, priya: Visitor) -> None:
    assert send(priya, sender="jobs").status_code == 303

    (mail,) = sent(ready)
    kept = (mail["author_id"], mail["account_id"], mail["through_id"], mail["from_name"])
    assert kept == ("priya", "jobs", "jobs", "Jobs")


def test_a_person_who_is_limited_opens_nothing(ready: Rows, app: Flask) -> None:
    builders.user(ready, "Kim Lund", role="limited")
    kim = visitor(app, "kim")

    assert kim.get(WRITE).status_code == 403
    assert kim.post(WRITE, {"do": "send"}).status_code == 403


def test_without_a_way_to_send_a_draft_can_be_kept(ready: Rows, priya: Visitor) -> None:
    with ready.write():
        raw(ready).execute("update connections set scopes = 'User.Read Mail.Read'")

    page = priya.get(WRITE)
    refused, kept = send(priya), send(priya, do="save")

    assert "Connect Microsoft 365 to send" in page.text
    assert 'value="send"' not in page.text
    assert "cannot send now. Portal may not send mail for you yet." in words(refused)
    assert (refused.status_code, kept.status_code) == (422, 303)
    assert counts(ready) == [0, 0, 0, 1]


def test_an_address_that_cannot_send_leads_to_its_permission(ready: Rows, priya: Visitor) -> None:
    """Priya may send as herself, and became an owner of jobs@ later."""
    all_send = priya.get(WRITE).text
    with ready.write():
        raw(ready).execute("update connections set scopes = 'User.Read Mail.Read Mail.Send'")

    page, left = priya.get(WRITE).text, send(priya, do="connect")

    assert "Connect Microsoft 365 to send" not in all_send
    assert page.count('value="connect"') == 1
    assert 'value="send"' in page
    assert "Mail.Send.Shared" in left.text
    assert counts(ready) == [0, 0, 0, 1]


def test_a_member_without_a_mailbox_is_offered_shared_ones_alone(ready: Rows, app: Flask) -> None:
    builders.user(ready, "Ada Lund", tenant_id=None, object_id=None)
    builders.shared_mailbox(ready, "Support", owners=["ada"])

    page = visitor(app, "ada").get(WRITE).text

    assert 'value="support"' in page
    assert "ada@northwind.example" not in page


def test_a_form_after_the_session_ended_comes_back_filled_in(
    ready: Rows, app: Flask, priya: Visitor
) -> None:
    values = opened(priya, cc="sam@mail.example")
    with ready.write():
        raw(ready).execute("delete from sessions")

    headers = {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}
    answer = priya.client.post(WRITE, base_url=HOME, data=values, headers=headers)

    assert answer.status_code == 401
    for written in ("Thursday", "see you on Thursday.", ROSA, "sam@mail.example"):
        assert written in answer.text
    assert 'href="/signin"' in answer.text
    assert counts(ready) == [0, 0, 0, 0]
    later = visitor(app, "priya").client
    again = later.post(WRITE, base_url=HOME, data=values, headers=headers)
    assert again.status_code == 400
    assert "see you on Thursday." in again.text
    token = TOKEN.search(again.text)
    assert token is not None
    values |= {"csrf_token": token[1], "do": "look"}
    assert later.post(WRITE, base_url=HOME, data=values, headers=headers).status_code == 303
    assert counts(ready) == [0, 0, 0, 1]


def test_a_form_from_elsewhere_does_not_come_back(ready: Rows, app: Flask) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    answer = stranger(app).client.post(
        WRITE, base_url=HOME, data={"text": "planted"}, headers=headers
    )

    assert answer.status_code == 400
    assert "planted" not in answer.text
