"""Copies are one message where they agree, and never because of a Message-ID alone."""

from datetime import timedelta

import pytest

from portal import clock
from tests.email.environment import ALEX, PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.support.raw_rows import raw

AMAL = "amal@mail.example"
BELA = "bela@mail.example"
MERGE = "<merge@mail.example>"


def texts(env: EmailEnvironment, candidate_id: str) -> list[str]:
    rows = raw(env.rows).query(
        "select m.body from feed_entries e join messages m on m.id = e.subject_id "
        "where e.candidate_id = ? order by m.body",
        [candidate_id],
    )
    return [row["body"].strip() for row in rows]


def test_mail_merge_with_one_message_id_is_a_message_for_each_candidate(
    env: EmailEnvironment,
) -> None:
    amal, bela = env.candidate("Amal", AMAL), env.candidate("Bela", BELA)
    for address, text in ((AMAL, "You get 70,000."), (BELA, "We are sorry.")):
        message = raw_message("Offer", sender=PRIYA, to=address, text=text, message_id=MERGE)
        env.arrives(PRIYA, message, folder="Sent Items")

    env.sync(env.connect(PRIYA))

    assert texts(env, amal) == ["You get 70,000."]
    assert texts(env, bela) == ["We are sorry."]


@pytest.mark.parametrize("subjects", [("First", "Second"), ("Same", "Same")])
def test_candidate_who_reuses_an_id_writes_two_messages(
    env: EmailEnvironment, subjects: tuple[str, str]
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for subject, text in zip(subjects, ("Monday?", "I withdraw."), strict=True):
        env.arrives(PRIYA, raw_message(subject, text=text, message_id=MERGE))

    env.sync(env.connect(PRIYA))

    assert texts(env, rosa) == ["I withdraw.", "Monday?"]


def test_two_texts_of_one_mailbox_are_two_messages_in_another_too(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for text in ("Monday?", "I withdraw."):
        for mailbox in (PRIYA, ALEX):
            message = raw_message("Same", to=f"{PRIYA}, {ALEX}", text=text, message_id=MERGE)
            env.arrives(mailbox, message)

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert texts(env, rosa) == ["I withdraw.", "Monday?"]
    assert env.count("message_copies") == 4


def test_message_read_first_does_not_take_the_place_of_the_other(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    priya, alex = env.connect(PRIYA), env.connect(ALEX)
    env.arrives(PRIYA, answer("Monday?"))
    env.sync(priya)
    for text in ("I withdraw.", "Monday?"):
        env.arrives(ALEX, answer(text))
    env.sync(alex)
    env.arrives(PRIYA, answer("I withdraw."))

    env.sync(priya)

    assert texts(env, rosa) == ["I withdraw.", "Monday?"]
    assert env.count("message_copies") == 4


def test_no_message_is_lost_to_the_order_of_syncs(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    users = {PRIYA: env.connect(PRIYA), ALEX: env.connect(ALEX)}
    arrivals = (
        (PRIYA, "Monday?"),
        (ALEX, "I withdraw."),
        (ALEX, "Monday?"),
        (PRIYA, "I withdraw."),
    )
    for mailbox, text in arrivals:
        env.arrives(mailbox, answer(text))
        env.sync(users[mailbox])

    assert set(texts(env, rosa)) == {"I withdraw.", "Monday?"}


def test_copy_with_a_banner_is_the_same_message(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for mailbox, text in ((PRIYA, "Monday?"), (ALEX, "[External] Monday?")):
        env.arrives(mailbox, answer(text))

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert (texts(env, rosa), env.count("message_copies")) == (["Monday?"], 2)


def answer(text: str) -> bytes:
    """A message to both, with the Message-ID of every other one."""
    return raw_message(
        "Same", to=f"{PRIYA}, {ALEX}", text=text, message_id=MERGE, sent_at=clock.utc_now()
    )


def test_copy_in_sent_items_is_the_message_that_a_colleague_got(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    now = clock.utc_now()
    for mailbox, folder, later in ((PRIYA, "Sent Items", 2), (ALEX, "Inbox", 0)):
        message = raw_message(
            "Offer", sender=PRIYA, to=ROSA, cc=ALEX, message_id=MERGE,
            sent_at=now + timedelta(seconds=later),
        )  # fmt: skip  # one to a line says no more
        env.arrives(mailbox, message, folder=folder)

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert (env.subjects(rosa), env.count("message_copies")) == (["Offer"], 2)


def test_message_sent_again_later_is_another_one(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    now = clock.utc_now()
    for mailbox, ago in ((PRIYA, 0), (ALEX, 10)):
        message = raw_message(
            "Hello", to=f"{PRIYA}, {ALEX}", message_id=MERGE, sent_at=now - timedelta(minutes=ago)
        )
        env.arrives(mailbox, message)

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert env.subjects(rosa) == ["Hello", "Hello"]


def test_copy_with_the_alias_rewritten_is_the_same_message(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    sent_at = clock.utc_now()
    for mailbox, to in ((PRIYA, PRIYA), (ALEX, TALENT)):
        message = raw_message("Hello", to=to, cc=ALEX, message_id=MERGE, sent_at=sent_at)
        env.arrives(mailbox, message)

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert (env.subjects(rosa), env.count("message_copies")) == (["Hello"], 2)


def test_bcc_of_the_sender_does_not_part_copies(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    sent = raw_message("Offer", sender=PRIYA, to=ROSA, cc=ALEX, message_id=MERGE)
    env.arrives(PRIYA, b"Bcc: boss@northwind.example\n" + sent, folder="Sent Items")
    env.arrives(ALEX, sent)

    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))

    assert (env.subjects(rosa), env.count("message_copies")) == (["Offer"], 2)


def test_same_text_twice_in_one_mailbox_is_one_message(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    message = raw_message("Offer", sender=PRIYA, to=ROSA, cc=PRIYA, message_id=MERGE)
    env.arrives(PRIYA, message, folder="Sent Items")
    env.arrives(PRIYA, message)

    env.sync(env.connect(PRIYA))

    assert (env.subjects(rosa), env.count("message_copies")) == (["Offer"], 2)
