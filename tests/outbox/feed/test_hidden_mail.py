"""Hidden conversations hide sent mail as received mail, before and after its copy was found."""

from flask import Flask

from portal import clock
from portal.conversations import store as conversations
from portal.conversations import threads
from portal.outbox import store
from portal.outbox.sync import bindings
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.outbox import sent_mail
from tests.outbox.mails import TALENT
from tests.support.visitors import visitor, words

FEED = "/candidates/rosa"
SUBJECT = "Your interview"


def sees(app: Flask, name: str) -> bool:
    return SUBJECT in visitor(app, name).text(FEED)


def test_author_hides_a_mail_and_shows_it_again(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now()))
    priya = visitor(app, "priya")

    answer = priya.post(f"{FEED}/sent/m1/hiding", follow_redirects=True)

    assert "1 message is hidden from colleagues" in words(answer)
    assert (sees(app, "priya"), sees(app, "ben"), sees(app, "alex")) == (True, False, False)
    assert visitor(app, "ben").get(f"{FEED}/sent/m1").status_code == 404

    answer = priya.post(f"{FEED}/sent/m1/showing", follow_redirects=True)

    assert "You no longer hide 1 message. Colleagues see it again." in words(answer)
    assert sees(app, "ben")


def test_colleague_without_the_mailbox_does_not_hide_it(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now()))

    answer = visitor(app, "ben").post(f"{FEED}/sent/m1/hiding")

    assert answer.status_code == 403
    assert "Only owners of a mailbox that has this message can hide it." in words(answer)


def test_answer_belongs_to_the_conversation_before_its_copy_is_found(
    app: Flask, team: Rows
) -> None:
    now = clock.utc_now()
    messages.keep(team, Message("first", subject="Salary", minutes_ago=30), now=now)
    sent_mail.keep(team, sent_mail.mail("m1", now=now, answers_message_id="first"))

    hidden.hide(team, now)

    assert (sees(app, "priya"), sees(app, "ben")) == (True, False)


def test_mail_stays_hidden_when_its_copy_is_found(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.mail("m1", now=now))
    visitor(app, "priya").post(f"{FEED}/sent/m1/hiding")

    found = sent_mail.seen("m1", now=now)
    with team.write():
        bindings.found(team, found)
        assert store.save(team, found, was=store.mail(team, "m1").state)

    assert not sees(app, "ben")


def test_answer_to_hidden_mail_is_hidden_too(app: Flask, team: Rows) -> None:
    """The candidate's answer refers to the copy, which was found before or after it arrived."""
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.mail("m1", now=now))
    visitor(app, "priya").post(f"{FEED}/sent/m1/hiding")
    found = sent_mail.seen("m1", now=now)
    with team.write():
        bindings.found(team, found)
        store.save(team, found, was=store.mail(team, "m1").state)
    messages.keep(team, Message("answer", subject="Re: secret"), now=now)
    with team.write():
        threads.connect(team, {hidden.message_id("answer"): [found.internet_message_id or ""]})

    assert "Re: secret" not in visitor(app, "ben").text(FEED)
    assert "Re: secret" in visitor(app, "priya").text(FEED)


def test_owners_of_the_mailbox_hold_its_mail(app: Flask, team: Rows) -> None:
    now = clock.utc_now()
    sent_mail.keep(team, sent_mail.seen("m1", now=now, account_id="jobs", through_id="jobs"))

    visitor(app, "ben").post(f"{FEED}/sent/m1/hiding")

    assert (sees(app, "priya"), sees(app, "ben"), sees(app, "alex")) == (True, True, False)


def test_hidden_mail_is_counted_once(app: Flask, team: Rows) -> None:
    """Its copy that sync kept is the same message."""
    now = clock.utc_now()
    copy = Message("copy", subject=SUBJECT, sender=("Priya", TALENT))
    messages.keep(team, copy, now=now)
    mail = sent_mail.seen("m1", now=now, internet_message_id="<copy@mail.example>")
    sent_mail.keep(team, mail)
    with team.write():
        bindings.found(team, mail)

    answer = visitor(app, "priya").post(f"{FEED}/sent/m1/hiding", follow_redirects=True)

    assert "1 message is hidden from colleagues" in words(answer)
    assert conversations.hides_of(team, ["m1"], viewer="ben")["m1"][0].account_id == "priya"
    assert not sees(app, "ben")
