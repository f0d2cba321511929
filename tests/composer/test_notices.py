"""Sentences around Send: Undo beside its own, and recipients whose mail came back."""

from datetime import datetime

import pytest

from portal.outbox.models import Bounce
from portal.outbox.sync import store as sync_store
from portal.storage.rows import Rows
from tests.composer.form import ROSA, WRITE, send
from tests.composer.form import mails as sent
from tests.outbox import sent_mail
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor


@pytest.mark.parametrize("state", ["waiting", "sending"])
def test_undo_is_a_form_beside_the_sentence(ready: Rows, priya: Visitor, state: str) -> None:
    page = priya.get(send(priya).location).text
    (mail,) = sent(ready)
    action = f"/candidates/rosa/sent/{mail['id']}/withdrawal"
    flash = page[page.index("notice flash good") : page.index("Undo")]
    raw(ready).execute("update outbox set state = ?", [state])

    pressed = priya.post(action)

    assert f'<form method="post" action="{action}"' in flash
    page = priya.text(pressed.location)
    if state == "waiting":
        assert pressed.location == f"{WRITE}?repeats={mail['id']}"
        assert "Your message was taken back. It did not go out." in page
    else:
        assert pressed.location == f"/candidates/rosa#sent-{mail['id']}"
        assert "This message is already on its way, so it cannot be taken back." in page


def test_a_recipient_whose_mail_came_back_is_marked(
    ready: Rows, priya: Visitor, now: datetime
) -> None:
    failed = sent_mail.recipient(ROSA, "rosa", bounce=Bounce.FAILED, status="5.1.1", bounced_at=now)
    sent_mail.keep(ready, sent_mail.seen("m1", now=now))
    with ready.write():
        sync_store.save_bounce(ready, "m1", failed)
    said = f"Not delivered to {ROSA}: the address does not exist. The notice came back"

    first = priya.text(WRITE)
    other = priya.text(send(priya, do="look", to="rosa@new.example").location)
    again = send(priya, do="send", to=ROSA)

    assert said in first
    assert "Send writes to it anyway." in first
    assert said not in other
    assert again.status_code == 303
