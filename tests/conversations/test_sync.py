"""Synced messages of a hidden conversation are hidden, whichever mailbox and order they come in."""

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import store as candidates
from portal.email import removal
from tests.conversations.hidden import hidden_subjects, hide
from tests.email import search_runs
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message, skip_searches
from tests.support.raw_rows import raw

FIRST, SECOND, THIRD = "<first@mail.example>", "<second@mail.example>", "<third@mail.example>"


def mail(subject: str, own: str, *links: str, to: str = PRIYA, text: str = "Hello") -> bytes:
    """A message from Rosa that refers to others."""
    plain = raw_message(subject, to=to, message_id=own, text=text)
    return b"References: " + b"\n ".join(each.encode() for each in links) + b"\n" + plain


def syncing(env: EmailEnvironment, *people: str) -> list[str]:
    """People whose mailboxes were synced once, with Rosa as a candidate."""
    env.candidate("Rosa Ortega", ROSA)
    users = [env.connect(each) for each in people]
    for user_id in users:
        env.sync(user_id)
    skip_searches(env)
    return users


def test_answer_from_any_mailbox_is_hidden(env: EmailEnvironment) -> None:
    priya, alex = syncing(env, PRIYA, ALEX)
    hide(env.rows, [FIRST])
    env.arrives(PRIYA, mail("Answer", SECOND, FIRST))
    env.arrives(ALEX, mail("Answer to that", THIRD, SECOND, to=ALEX))
    env.arrives(ALEX, raw_message("Answer", to=ALEX))

    for user_id in (alex, priya):
        env.sync(user_id)

    assert hidden_subjects(env.rows) == ["Answer", "Answer to that"]
    assert env.count("messages") == 3


def test_answer_in_sent_items_is_hidden(env: EmailEnvironment) -> None:
    (priya,) = syncing(env, PRIYA)
    hide(env.rows, [FIRST])
    answer = raw_message("Yes", sender=PRIYA, to=ROSA)
    env.arrives(PRIYA, b"In-Reply-To: " + FIRST.encode() + b"\n" + answer, folder="Sent Items")

    env.sync(priya)

    assert hidden_subjects(env.rows) == ["Yes"]


def test_earlier_messages_that_a_search_brings_are_hidden(env: EmailEnvironment) -> None:
    priya = env.connect(PRIYA)
    env.arrives(PRIYA, mail("Earlier", SECOND, FIRST))
    env.arrives(PRIYA, mail("First", FIRST))
    env.sync(priya)
    hide(env.rows, [THIRD, SECOND])

    env.candidate("Rosa Ortega", ROSA)
    search_runs.run(env)

    assert hidden_subjects(env.rows) == ["Earlier", "First"]


def test_conversation_stays_hidden_for_a_candidate_who_is_added_again(
    env: EmailEnvironment,
) -> None:
    (priya,) = syncing(env, PRIYA)
    env.arrives(PRIYA, mail("First", FIRST))
    env.arrives(PRIYA, mail("Answer", SECOND, FIRST))
    hide(env.rows, [SECOND])
    env.sync(priya)
    act = Act(env.rows, Actor.system("test"), clock.utc_now())
    (known,) = raw(env.rows).query("select id from candidates")
    removal.delete_candidate(act, candidates.candidate(env.rows, known["id"]))
    assert env.count("messages") == 0

    raw(env.rows).execute("update mailboxes set candidates_seen_at = null")
    env.candidate("Rosa Ortega", ROSA)
    search_runs.run(env)

    assert hidden_subjects(env.rows) == ["Answer", "First"]


def test_messages_with_one_id_are_all_hidden(env: EmailEnvironment) -> None:
    priya, alex = syncing(env, PRIYA, ALEX)
    hide(env.rows, [FIRST])
    env.arrives(PRIYA, mail("One text", SECOND, FIRST, text="One"))
    env.arrives(ALEX, mail("Another text", SECOND, to=ALEX, text="Another"))

    for user_id in (alex, priya):
        env.sync(user_id)

    assert hidden_subjects(env.rows) == ["Another text", "One text"]


def test_thread_of_the_same_subject_stays_visible(env: EmailEnvironment) -> None:
    (priya,) = syncing(env, PRIYA)
    hide(env.rows, [FIRST])
    env.arrives(PRIYA, mail("Portfolio", FIRST))
    env.arrives(PRIYA, mail("Re: Portfolio", SECOND, THIRD))

    env.sync(priya)

    assert hidden_subjects(env.rows) == ["Portfolio"]
