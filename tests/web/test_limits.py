"""Rate limits. A stranger's guesses do not lock a colleague out."""

import time
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit.actions import Action
from portal.errors import TooMany
from portal.storage.rows import ConstraintRefused, Rows
from portal.users import setup
from portal.web.limits import Noted, limit, peer_bucket
from tests.support.browser import ORIGIN, token_on
from tests.support.raw_rows import raw
from tests.users.people import PASSWORD

ADDRESS = "local@northwind.example"


@pytest.fixture
def local(people: Rows, now: datetime) -> Rows:
    setup.make_admin(people, setup.FirstAdmin("Lo Cal", ADDRESS, PASSWORD), now=now)
    return people


@pytest.fixture(autouse=True)
def room_in_the_window() -> None:
    """Wait when the counting window is about to end: a test must not straddle two."""
    left = 900 - time.time() % 900
    if left < 15:
        time.sleep(left)


def guess(client: FlaskClient, *, address: str = ADDRESS, password: str = "wrong guess!") -> int:
    token = token_on(client.get("/signin").text)
    fields = {"csrf_token": token, "address": address, "password": password}
    return client.post("/signin", data=fields, headers=ORIGIN).status_code


def test_limit_counts_and_says_when_to_come_back(app: Flask, people: Rows) -> None:
    with app.test_request_context("/"):
        for _ in range(3):
            limit("search:kim", hits=3, seconds=600)
        with pytest.raises(TooMany) as refusal:
            limit("search:kim", hits=3, seconds=600)
        limit("search:priya", hits=3, seconds=600)

    assert 0 < (refusal.value.retry_after or 0) <= 600
    assert "Please try again in" in str(refusal.value)


def test_count_survives_a_restart_and_stores_no_name(app: Flask, people: Rows) -> None:
    with app.test_request_context("/"):
        limit("search:kim@northwind.example", hits=3, seconds=600)

    row = next(raw(people).query("select * from rate_limits"))
    assert row["hits"] == 1
    assert "kim" not in str(row)


@pytest.mark.parametrize(
    ("address", "bucket"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
    ],
)
def test_one_line_of_many_addresses_is_one_peer(app: Flask, address: str, bucket: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert peer_bucket() == bucket


def test_bucket_with_a_readable_name_is_refused(app: Flask, people: Rows) -> None:
    with app.test_request_context("/"), pytest.raises(ValueError, match="kind:whose"):
        limit("search kim", hits=3, seconds=600)


def count_guesses(app: Flask, bucket: str, times: int) -> None:
    """Count failed attempts without computing passwords, which is slow."""
    with app.test_request_context("/"):
        for _ in range(times):
            limit(bucket, hits=1000, seconds=900)


def test_guessing_ends_in_429(app: Flask, local: Rows) -> None:
    client = app.test_client()
    count_guesses(app, f"sign-in-account:{ADDRESS} 127.0.0.1", 18)

    statuses = [guess(client) for _ in range(3)]

    assert statuses == [422, 422, 429]
    assert guess(client, password=PASSWORD) == 429


def test_spellings_of_an_account_share_one_counter(app: Flask, local: Rows) -> None:
    client = app.test_client()
    count_guesses(app, f"sign-in-account:{ADDRESS} 127.0.0.1", 17)
    spellings = [ADDRESS, ADDRESS.upper(), f" {ADDRESS} ", ADDRESS.title()]

    statuses = [guess(client, address=spelling) for spelling in spellings]

    assert statuses == [422, 422, 422, 429]


def test_one_peer_cannot_try_many_accounts(app: Flask, local: Rows) -> None:
    client = app.test_client()
    count_guesses(app, "sign-in-peer:127.0.0.1", 39)

    statuses = [guess(client, address=f"{name}@northwind.example") for name in ("a", "b")]

    assert statuses == [422, 429]


def test_refusal_says_when_to_come_back(app: Flask, local: Rows) -> None:
    client = app.test_client()
    count_guesses(app, f"sign-in-account:{ADDRESS} 127.0.0.1", 20)
    token = token_on(client.get("/signin").text)
    fields = {"csrf_token": token, "address": ADDRESS, "password": "x"}

    answer = client.post("/signin", data=fields, headers=ORIGIN)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "That was too often. Please try again in" in answer.text
    assert f'value="{ADDRESS}"' in answer.text


def test_known_browser_is_not_locked_out_by_a_stranger(app: Flask, local: Rows) -> None:
    own, stranger = app.test_client(), app.test_client()
    assert guess(own, password=PASSWORD) == 303
    own.delete_cookie("portal")

    count_guesses(app, f"sign-in-account:{ADDRESS} 127.0.0.1", 20)
    count_guesses(app, "sign-in-peer:127.0.0.1", 40)

    assert guess(stranger, password=PASSWORD) == 429
    assert guess(own, password=PASSWORD) == 303


def test_stranger_elsewhere_locks_nobody_out(app: Flask, local: Rows) -> None:
    count_guesses(app, f"sign-in-account:{ADDRESS} 203.0.113.9", 100)
    count_guesses(app, "sign-in-peer:203.0.113.9", 100)

    assert guess(app.test_client(), password=PASSWORD) == 303


def test_known_browser_is_limited_too(app: Flask, local: Rows) -> None:
    own = app.test_client()
    assert guess(own, password=PASSWORD) == 303
    own.delete_cookie("portal")
    user_id = next(raw(local).query("select id from users where password_hash is not null"))["id"]
    count_guesses(app, f"sign-in-known:{user_id}", 19)

    statuses = [guess(own) for _ in range(2)]

    assert statuses == [422, 429]


def test_cookie_of_a_known_browser_signs_no_one_in(app: Flask, local: Rows) -> None:
    own = app.test_client()
    guess(own, password=PASSWORD)
    own.delete_cookie("portal")

    assert own.get("/settings/personal-info").status_code == 303


def test_old_counts_are_forgotten(app: Flask, people: Rows) -> None:
    raw(people).execute("insert into rate_limits values ('a:b', '2020-01-01T00:00:00Z', 9)")

    with app.test_request_context("/"):
        limit("search:kim", hits=3, seconds=600)

    assert next(raw(people).query("select count(*) as n from rate_limits"))["n"] == 1


def test_flood_of_guesses_leaves_few_rows(app: Flask, local: Rows) -> None:
    client = app.test_client()
    count_guesses(app, f"sign-in-account:{ADDRESS} 127.0.0.1", 20)

    assert [guess(client) for _ in range(12)] == [429] * 12

    rows = raw(local).query(
        "select * from audit_log where action = 'sign-in refused' order by rowid"
    )
    assert [(row["target"], row["result"], row["new_value"], row["peer"]) for row in rows] == [
        (ADDRESS, "refused", "too often: 1 try past the limit", "127.0.0.1"),
        (ADDRESS, "refused", "too often: 10 tries past the limit", "127.0.0.1"),
    ]


def test_refusal_without_an_audit_entry_is_not_counted(app: Flask, people: Rows) -> None:
    noted = Noted(Action.SIGN_IN_REFUSED, "kim")
    raw(people).execute(
        "create trigger t before insert on audit_log begin select raise(abort, ''); end"
    )

    with app.test_request_context("/"), pytest.raises(ConstraintRefused):
        limit("search:kim", hits=0, seconds=600, noted=noted)

    assert raw(people)["rate_limits"].count == 0
