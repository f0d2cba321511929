"""Find a message in its owner's mailbox by what a person remembers of it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal import clock
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.email_why.answers import SUBJECT, ask, long_ago, today
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor


def test_synced_message_is_explained_by_its_address(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT))
    env.sync(connected_priya)

    page = ask(visit_connected, address=ROSA)

    assert "One message was found" in page
    assert f"{SUBJECT} {ROSA}" in page
    assert "Portal has it from your mailbox." in page
    assert "Open the feed of Rosa Ortega" in page
    assert f"Rosa Ortega stands in From ( {ROSA} )." in page


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "ROSA.ortega@Mail.example"},
        {"address": "rosa.ortega+jobs@mail.example"},
        {"subject": "zeppelin"},
        {"subject": "(ZEPPELIN: portfolio)*"},
        {"subject": 'port" \\'},
        {"address": ROSA, "subject": "portfolio"},
        {"day": "today"},
        {"day": "today", "address": ROSA, "subject": "ZEPPELIN"},
    ],
)
def test_message_is_found_by_each_kind_of_input(
    env: EmailEnvironment, visit_connected: Visitor, fields: dict[str, str]
) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT), received_at=clock.utc_now())
    env.arrives(PRIYA, raw_message("Unlike", sender="news@shop.example"), received_at=long_ago())

    page = ask(
        visit_connected, **{name: text.replace("today", today()) for name, text in fields.items()}
    )

    assert "One message was found" in page
    assert SUBJECT in page


def test_time_covers_an_hour_in_the_persons_time_zone(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    raw(env.rows).execute(
        "update users set time_zone = 'Asia/Kolkata' where id = ?", [connected_priya]
    )
    at = datetime.fromisoformat("2026-03-01T20:00:00Z")  # 2 March, 1:30 there
    env.arrives(PRIYA, raw_message(SUBJECT), received_at=at)

    inside = ask(visit_connected, day="2026-03-02", time="02:25")
    outside = ask(visit_connected, day="2026-03-02", time="02:35")
    whole_day = ask(visit_connected, day="2026-03-02")
    day_before = ask(visit_connected, day="2026-03-01")

    found = ["One message was found" in page for page in (inside, outside, whole_day, day_before)]
    assert found == [True, False, True, False]


def test_operators_in_a_subject_are_literal(
    env: EmailEnvironment, visit_connected: Visitor
) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT))

    page = ask(visit_connected, subject="Zeppelin OR anything")

    assert "No message was found" in page


def test_message_that_is_not_found_is_explained(visit_connected: Visitor) -> None:
    page = ask(visit_connected, subject="never written")

    assert "No message was found" in page
    assert "may have been deleted for good" in page
    assert "may not be in Microsoft's search yet" in page


def test_newest_of_many_are_shown(env: EmailEnvironment, visit_connected: Visitor) -> None:
    begun = clock.utc_now() - timedelta(hours=1)
    for number in range(30):
        at = begun + timedelta(seconds=number)
        env.arrives(PRIYA, raw_message(f"Letter number{number}", sent_at=at), received_at=at)

    page = ask(visit_connected, address=ROSA)

    assert "The 25 newest matches" in page
    shown = [number for number in range(30) if f" number{number} " in page.replace("Letter", "")]
    assert shown == list(range(5, 30))


def test_search_requests_headers_only(env: EmailEnvironment, visit_connected: Visitor) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT))
    env.sandbox.control("DELETE", "requests")

    ask(visit_connected, address=ROSA, subject="Zeppelin")

    asked = env.sandbox.control("GET", "requests")["value"]
    queries = [each["query"] for each in asked if each["path"].endswith("/messages")]
    assert queries
    assert all("select=id,internetMessageId," in query.replace("%2C", ",") for query in queries)
    assert not any("body" in query.lower() for query in queries)


def test_mailbox_of_a_colleague_is_not_read(
    env: EmailEnvironment, connected_app: Flask, connected_priya: str
) -> None:
    env.arrives(PRIYA, raw_message(SUBJECT))
    alex = env.connect(ALEX)
    env.sync(alex)

    page = ask(visitor(connected_app, alex), address=ROSA, day=today())

    assert "No message was found" in page
