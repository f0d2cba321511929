"""The list: its order, search and filters, each compared with the facts they come from."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from portal.addresses import fold
from portal.candidates import list_page, list_store
from portal.candidates.list_page import CandidateList
from portal.candidates.list_store import Wanted
from portal.email_feed.kind import EMAIL
from portal.outbox.feed.kind import SENT
from portal.outbox.models import State
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed import hidden
from tests.outbox import sent_mail
from tests.support import builders
from tests.support.raw_rows import raw

KINDS = (EMAIL, SENT)
NAMES = ("Rosa Ortega", "José Álvarez", "Mei Tan")
PEOPLE = ("priya", "ben", "alex")


def listed(
    rows: Rows, wanted: Wanted | None = None, *, number: int = 1, size: int = 50
) -> CandidateList:
    asked = wanted or Wanted()
    return list_page.page(rows, KINDS, asked, viewer="priya", number=number, size=size)


def names(page: CandidateList) -> list[str]:
    return [line.candidate.name for line in page.lines]


@pytest.fixture
def _people(rows: Rows, now: datetime) -> None:
    builders.mailbox(rows, builders.user(rows, "Priya Kaur"))
    for name, address in zip(NAMES, ("rosa.o", "jose_a", "mei+jobs"), strict=True):
        builders.candidate(rows, name, f"{address}@mail.example", now=now)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["José Álvarez", "Mei Tan", "Rosa Ortega"]),
        ("  ", ["José Álvarez", "Mei Tan", "Rosa Ortega"]),
        ("ROSA", ["Rosa Ortega"]),
        ("alvarez", ["José Álvarez"]),
        ("mail.example", ["José Álvarez", "Mei Tan", "Rosa Ortega"]),
        ("%", []),
        ("_", ["José Álvarez"]),
        ("\\", []),
        ("'; drop table candidates; --", []),
        ("designer", ["José Álvarez", "Mei Tan", "Rosa Ortega"]),
    ],
)
def test_search_finds(rows: Rows, search: str, found: list[str]) -> None:
    page = listed(rows, Wanted(search))

    assert names(page) == found
    assert page.total == len(found)


@pytest.mark.usefixtures("_people")
def test_list_comes_in_pages(rows: Rows) -> None:
    first, second = (listed(rows, number=number, size=2) for number in (1, 2))

    assert (names(first), names(second)) == (["José Álvarez", "Mei Tan"], ["Rosa Ortega"])
    assert (first.total, first.page_count, second.page_count) == (3, 2, 2)


@pytest.mark.usefixtures("_people")
def test_mail_that_never_went_out_answers_nobody(rows: Rows, now: datetime) -> None:
    asked = Message("asked", minutes_ago=9, sender=("Rosa", "rosa.o+x@mail.example"))
    messages.keep(rows, asked, now=now)
    sent_mail.keep(rows, sent_mail.mail("refused", now=now, state=State.REFUSED))

    (line,) = listed(rows, Wanted(waiting=True)).lines

    assert line.writer == "Rosa Ortega"
    assert line.last is not None
    assert line.last.subject_id == "asked"


def history(rows: Rows, seed: int, now: datetime) -> Iterator[None]:
    """Mail comes, is hidden, removed and read, and addresses change. Yields after each event."""
    chance = random.Random(seed)  # noqa: S311  # a repeatable history, no secret
    hidden.hire(rows, now)
    builders.candidate(rows, "Li Wei", "li@mail.example", now=now)
    people = ["rosa", "mei", "li"]
    senders = [("", f"{each}@mail.example") for each in ("rosa.ortega", "mei+x", "li", "else")]
    senders += [("Priya Kaur", "priya@northwind.example"), ("Ben", "ben@northwind.example")]
    for number in range(24):
        what = chance.choice(["mail", "mail", "mail", "hide", "remove", "gone", "move", "visit"])
        kept = [row["id"] for row in raw(rows)["messages"].rows]
        if what == "mail" or not kept:
            brought = tuple((each, None) for each in chance.sample(PEOPLE, chance.randint(1, 2)))
            message = Message(
                f"m{number}",
                candidates=tuple(chance.sample(people, chance.randint(1, 2))),
                brought=brought,
                sender=chance.choice(senders),
                minutes_ago=chance.randint(0, 99),
            )
            messages.keep(rows, message, now=now)
        elif what == "hide":
            hidden.hide(rows, now, by=chance.choice(PEOPLE), own_id=chance.choice(kept))
        elif what == "remove":
            raw(rows).execute("delete from feed_entries where subject_id = ?", [kept[0]])
            raw(rows).execute("delete from messages where id = ?", [kept[0]])
        elif what == "gone":
            copy = "update message_copies set gone_at = received_at where message_id = ?"
            raw(rows).execute(copy, [chance.choice(kept)])
        elif what == "move":
            other = chance.choice(["else@mail.example", "li@mail.example"])
            change = "update candidate_addresses set folded = ? where candidate_id = 'li'"
            raw(rows).execute(change, [other])
            change = "update candidate_addresses set address = ? where candidate_id = 'li'"
            raw(rows).execute(change, [other])
        else:
            list_page.note_visit(rows, KINDS, chance.choice(people), viewer="priya")
        yield


def is_hidden(rows: Rows, message_id: str) -> bool:
    sql = "select 1 from mail_hidden_from where message_id = ? and user_id = 'priya'"
    return rows.value(int, sql, [message_id]) is not None


def facts(rows: Rows, wanted: Wanted) -> list[tuple[str, str | None]]:
    """Candidates and their last message, found by reading each message alone."""
    db = raw(rows)
    out = []
    for candidate in db["candidates"].rows:
        every = db.query(
            "select e.id as entry, m.* from feed_entries e join messages m on m.id = e.subject_id "
            "where e.candidate_id = ?",
            [candidate["id"]],
        )
        seen = [entry for entry in every if not is_hidden(rows, entry["id"])]
        last = max(seen, key=lambda each: (each["sent_at"], each["entry"]), default=None)
        own = [
            row
            for each in seen
            for row in db["message_copies"].rows_where("message_id = ?", [each["id"]])
            if row["account_id"] == "priya" and row["gone_at"] is None
        ]
        addresses = {
            row["folded"]
            for row in db["candidate_addresses"].rows_where("candidate_id = ?", [candidate["id"]])
        }
        sender = fold(last["sender_address"]) if last else ""
        plain = sender.replace("+x@", "@")
        if (not wanted.mine or own) and (not wanted.waiting or {sender, plain} & addresses):
            key = (last["sent_at"] if last else "", candidate["folded_name"])
            out.append((key, candidate["id"], last["id"] if last else None))
    out.sort(key=lambda each: each[0][1])
    out.sort(key=lambda each: each[0][0], reverse=True)
    return [(candidate, message) for _, candidate, message in out]


@pytest.mark.parametrize("seed", range(4))
def test_list_says_what_the_messages_say(
    rows: Rows, now: datetime, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now -= timedelta(minutes=1)

    for step, _ in enumerate(history(rows, seed, now)):
        monkeypatch.setattr(list_store, "BIG", 1 if step % 2 else 100_000)
        for mine in (False, True):
            for waiting in (False, True):
                wanted = Wanted(mine=mine, waiting=waiting)
                page = listed(rows, wanted)
                told = [(x.candidate.id, x.last.subject_id if x.last else None) for x in page.lines]
                assert told == facts(rows, wanted), (seed, step, wanted)
                assert page.total == len(told)
