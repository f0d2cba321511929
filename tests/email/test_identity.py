"""Copies are one message where they agree, and never because of a Message-ID alone."""

from datetime import timedelta

import pytest

from portal import clock
from tests.email import search_runs
from tests.email.environment import ALEX, PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.support.raw_rows import raw

AMAL = "amal@mail.example"
BELA = "bela@mail.example"
MERGE = "<merge@mail.example>"
PDF = ("cv.pdf", b"%PDF-1.4")


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


def test_two_files_with_one_text_are_two_messages(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for name in ("contract.pdf", "cv.pdf"):
        file = (name, b"%PDF")
        env.arrives(
            PRIYA, raw_message("Same", text="See below.", message_id=MERGE, attachment=file)
        )

    env.sync(env.connect(PRIYA))

    assert (env.subjects(rosa), env.count("attachments")) == (["Same", "Same"], 2)


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


def merge_as_before(env: EmailEnvironment, text: str) -> None:
    """Keep the message with this text alone, with every copy and entry, as the first schema did."""
    db = raw(env.rows)
    (first,) = [row["id"] for row in db["messages"].rows if row["body"].strip() == text]
    db.execute("update or replace feed_entries set subject_id = ?", [first])
    db.execute("update attachments set message_id = ?", [first])
    db.execute("update message_copies set message_id = ?, text_digest = ''", [first])
    db.execute("delete from messages where id <> ?", [first])
    db.execute("update mailboxes set walked_at = '1970-01-01T00:00:00Z'")


def entries(env: EmailEnvironment, candidate_id: str) -> list[tuple[str, str]]:
    """Text and file of each entry."""
    found = raw(env.rows).query(
        "select m.body, coalesce(group_concat(t.name), '') as files from feed_entries e "
        "join messages m on m.id = e.subject_id left join attachments t on t.message_id = m.id "
        "where e.candidate_id = ? group by e.id order by m.body",
        [candidate_id],
    )
    return [(row["body"].strip(), row["files"]) for row in found]


def kept_count(env: EmailEnvironment) -> int:
    return int(next(iter(raw(env.rows)["mailboxes"].rows))["kept_count"])


def test_walk_parts_a_mail_merge(env: EmailEnvironment) -> None:
    amal, bela = env.candidate("Amal", AMAL), env.candidate("Bela", BELA)
    for address, text, file in ((AMAL, "You get 70,000.", PDF), (BELA, "We are sorry.", None)):
        message = raw_message(
            "Offer", sender=PRIYA, to=address, text=text, message_id=MERGE, attachment=file
        )
        env.arrives(PRIYA, message, folder="Sent Items")
    priya = env.connect(PRIYA)
    env.sync(priya)
    kept_before = kept_count(env)
    merge_as_before(env, "You get 70,000.")
    assert entries(env, bela) == entries(env, amal) == [("You get 70,000.", "cv.pdf")]

    search_runs.run(env)

    assert entries(env, amal) == [("You get 70,000.", "cv.pdf")]
    assert entries(env, bela) == [("We are sorry.", "")]
    assert kept_count(env) == kept_before


def test_walk_brings_back_the_second_message_of_a_candidate(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for text in ("Monday?", "I withdraw."):
        env.arrives(PRIYA, raw_message("Same", text=text, message_id=MERGE))
    env.sync(env.connect(PRIYA))
    merge_as_before(env, "Monday?")

    search_runs.run(env)

    assert entries(env, rosa) == [("I withdraw.", ""), ("Monday?", "")]
    assert env.count("message_copies") == 2
    assert env.count("messages") == 2


def test_walk_changes_nothing_where_one_message_is_right(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Hello", text="Hello", attachment=PDF))
    env.sync(env.connect(PRIYA))
    merge_as_before(env, "Hello")
    before = [row["id"] for row in raw(env.rows)["messages"].rows]

    search_runs.run(env)

    assert [row["id"] for row in raw(env.rows)["messages"].rows] == before
    assert entries(env, rosa) == [("Hello", "cv.pdf")]


def test_walk_leaves_copies_together_that_differ_on_the_way(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    for mailbox, text in ((PRIYA, "Hello"), (ALEX, "[EXTERNAL] Hello")):
        message = raw_message("Hello", to=f"{PRIYA}, {ALEX}", text=text, message_id=MERGE)
        env.arrives(mailbox, message)
    env.sync(env.connect(PRIYA))
    env.sync(env.connect(ALEX))
    merge_as_before(env, "Hello")

    search_runs.run(env)

    assert entries(env, rosa) == [("Hello", "")]
    assert env.count("message_copies") == 2
