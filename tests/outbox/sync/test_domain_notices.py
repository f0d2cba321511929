"""Notices about mail that the email domain took: they come to the mailbox of its From address."""

from datetime import datetime, timedelta

from portal.outbox.models import Kind, Route, State
from portal.outbox.sync import store
from portal.storage.rows import Rows
from tests.outbox import sent_mail


def test_mail_of_the_domain_is_known_in_the_mailbox_of_its_from_address(
    team: Rows, now: datetime
) -> None:
    for mail_id, address in (("ours", "Talent@northwind.example"), ("no", "x@other.example")):
        mail = sent_mail.mail(
            mail_id,
            now=now,
            kind=Kind.AUTOMATED,
            route=Route.SMTP,
            account_id=None,
            through_id=None,
            from_address=address,
            state=State.ACCEPTED,
            handed_at=now,
            internet_message_id=f"<{mail_id}@northwind.example>",
        )
        sent_mail.keep(team, mail)

    since = now - timedelta(days=1)
    priya, ben = (store.handed_since(team, each, since) for each in ("priya", "ben"))

    assert [each.id for each in priya] == ["ours"]
    assert ben == []
