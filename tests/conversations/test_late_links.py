"""Links that Microsoft refused, or that an older portal did not ask for, come with a later walk."""

import pytest

from tests.conversations.hidden import hidden_subjects, hide
from tests.email import search_runs
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.raw_rows import raw

FIRST, ANSWER = "<first@mail.example>", "<answer@mail.example>"
PROPERTIES = "singleValueExtendedProperties"


@pytest.fixture
def priya(env: EmailEnvironment) -> str:
    """Priya, who received an answer of a hidden conversation with two files, and sent another."""
    env.candidate("Rosa Ortega", ROSA)
    received = raw_message("Received", message_id=ANSWER, attachment=("cv.pdf", b"%PDF"))
    env.arrives(PRIYA, answer(received))
    env.arrives(PRIYA, answer(raw_message("Sent", sender=PRIYA, to=ROSA)), folder="Sent Items")
    user_id = env.connect(PRIYA)
    hide(env.rows, [FIRST])
    return user_id


def answer(message: bytes) -> bytes:
    return b"In-Reply-To: " + FIRST.encode() + b"\n" + message


def refuse(env: EmailEnvironment, path: str, status: int) -> None:
    env.sandbox.control("POST", "faults", {"path": path, "status": status})


def walk(env: EmailEnvironment) -> None:
    """Walk all mailboxes, as every 30 days."""
    raw(env.rows).execute("update mailboxes set walked_at = '1970-01-01T00:00:00Z'")
    search_runs.run(env)


def with_links(env: EmailEnvironment) -> list[str]:
    """The subjects of copies whose links are known."""
    sql = (
        "select m.subject from message_copies c join messages m on m.id = c.message_id "
        "where c.has_links = 1 order by 1"
    )
    return env.rows.all(str, sql)


def kept(env: EmailEnvironment) -> list[list[tuple[str, object]]]:
    """All rows of messages as they are stored, but for when they were seen and their links."""
    tables = ("messages", "message_copies", "attachments", "feed_entries")
    return [
        sorted(each for each in row.items() if each[0] not in ("has_links", "seen_at"))
        for table in tables
        for row in raw(env.rows)[table].rows
    ]


@pytest.mark.parametrize("status", [400, 403])
def test_texts_come_although_the_properties_are_refused(
    env: EmailEnvironment, priya: str, status: int
) -> None:
    refuse(env, PROPERTIES, status)

    env.sync(priya)

    assert (env.count("messages"), env.count("attachments")) == (2, 1)
    assert hidden_subjects(env.rows) == with_links(env) == ["Received"]


def test_walk_brings_links_that_were_refused(env: EmailEnvironment, priya: str) -> None:
    refuse(env, PROPERTIES, 400)
    env.sync(priya)
    before = kept(env)
    env.sandbox.control("DELETE", "faults")

    walk(env)

    assert hidden_subjects(env.rows) == with_links(env) == ["Received", "Sent"]
    assert kept(env) == before


def test_walk_brings_links_that_were_never_asked_for(env: EmailEnvironment, priya: str) -> None:
    env.sync(priya)
    raw(env.rows).execute("update message_copies set has_links = 0")
    raw(env.rows).execute("delete from message_links")
    raw(env.rows).execute("delete from hidden_messages")
    before = kept(env)
    hide(env.rows, [ANSWER], name="c2")

    walk(env)

    assert hidden_subjects(env.rows) == with_links(env) == ["Received", "Sent"]
    assert kept(env) == before


def test_known_links_are_not_asked_for_again(env: EmailEnvironment, priya: str) -> None:
    env.sync(priya)
    asked = count_of(env, PROPERTIES)

    walk(env)

    assert count_of(env, PROPERTIES) == asked
    assert asked


@pytest.mark.parametrize("status", [400, 403, 404])
def test_messages_stay_while_their_links_are_refused(
    env: EmailEnvironment, priya: str, status: int
) -> None:
    env.sync(priya)
    raw(env.rows).execute("update message_copies set has_links = 0")
    before = kept(env)
    refuse(env, r"select=id(&|,internetMessageHeaders)", status)

    walk(env)

    assert kept(env) == before
    assert with_links(env) == []


def count_of(env: EmailEnvironment, query: str) -> int:
    sql = "select count(*) as n from requests where query like ?"
    found = env.sandbox.state.row(sql, (f"%{query}%",))
    return int(found["n"]) if found else 0
