"""“Why” knows the mail that Portal sent, also where its address is not synced."""

from portal import clock
from tests.email.environment import PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.email_why.answers import ask
from tests.outbox import sent_mail
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor


def test_copy_of_sent_mail_is_explained(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    (rosa,) = (each["id"] for each in raw(env.rows).query("select id from candidates"))
    raw_copy = raw_message("Zeppelin", sender=TALENT, to=ROSA)
    graph_id = env.arrives(PRIYA, raw_copy, folder="SentItems")
    env.sync(connected_priya)
    sent_mail.keep(
        env.rows,
        sent_mail.seen(
            "m1",
            now=clock.utc_now(),
            author_id=connected_priya,
            account_id=connected_priya,
            through_id=connected_priya,
            candidate_id=rosa,
            graph_id=graph_id,
        ),
        recipients=(sent_mail.recipient(ROSA, rosa),),
    )

    page = ask(visit_connected, subject="Zeppelin")

    assert "Portal has it: Portal sent it, and this is its copy." in page
    assert "Open the feed of Rosa Ortega" in page
