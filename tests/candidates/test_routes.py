"""The candidates' pages: works, not signed in, limited, bad id, sent twice, too long, not UTF-8."""

import importlib
import re
from datetime import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.candidates import store
from portal.candidates.flash_texts import CandidateFlash
from portal.email.routes import EmailFlash
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from tests import pages
from tests.candidates.form_fields import ROSA, number_in, only_candidate
from tests.claims.checks import claims
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, stranger, words

READS = [
    "/candidates",
    "/candidates/new",
    "/candidates/rosa",
    "/candidates/rosa/details",
    "/candidates/rosa/messages/portfolio",
]
WRITES = [
    "/candidates",
    "/candidates/rosa/details",
    "/candidates/rosa/deletion",
    "/candidates/rosa/former-mail/removal",
]


def add(visitor: Visitor, *, number: str | None = None, **changed: str) -> TestResponse:
    return visitor.post("/candidates", {**ROSA, "number": number or new_id(), **changed})


@pytest.mark.parametrize("path", READS)
def test_page_keeps_the_page_rules(priya: Visitor, rosa: str, path: str) -> None:
    answer = priya.get(path)

    assert answer.status_code == 200
    assert pages.complaints(answer.text) == []


@pytest.mark.parametrize("path", READS)
def test_page_is_for_members(app: Flask, kim: Visitor, rosa: str, path: str) -> None:
    assert kim.get(path).status_code == 403
    assert stranger(app).get(path).location.endswith("/signin")


@pytest.mark.parametrize("path", WRITES)
def test_change_is_for_members(app: Flask, rows: Rows, kim: Visitor, rosa: str, path: str) -> None:
    answers = [kim.post(path, ROSA).status_code, stranger(app).post(path, ROSA).status_code]

    assert answers == [403, 303]
    assert [row["name"] for row in raw(rows)["candidates"].rows] == ["Rosa Ortega"]


@pytest.mark.parametrize("path", WRITES)
def test_change_needs_the_form_token(rows: Rows, priya: Visitor, rosa: str, path: str) -> None:
    answer = priya.post(path, {**ROSA, "csrf_token": ""})

    assert answer.status_code == 400
    assert raw(rows)["candidates"].count == 1


@pytest.mark.parametrize("bad", ["nobody", "ROSA", "%00", "rosa'--", "a" * 500])
@pytest.mark.parametrize("tail", ["", "/details", "/messages/portfolio"])
def test_unknown_candidate_is_not_found(priya: Visitor, rosa: str, bad: str, tail: str) -> None:
    assert priya.get(f"/candidates/{bad}{tail}").status_code == 404


@pytest.mark.parametrize("tail", ["/details", "/deletion"])
def test_unknown_candidate_cannot_be_changed(priya: Visitor, rosa: str, tail: str) -> None:
    assert priya.post(f"/candidates/nobody{tail}", ROSA).status_code == 404


def test_message_of_no_feed_is_not_found(priya: Visitor, rosa: str) -> None:
    assert priya.get("/candidates/rosa/messages/other").status_code == 404


@pytest.mark.parametrize(
    ("state", "scopes", "asked"),
    [
        (None, "", "Connect your Microsoft account"),
        ("lapsed", "User.Read Mail.Read", "Reconnect"),
        ("working", "User.Read", "Connect your Microsoft account"),
        ("working", "User.Read Mail.Read", None),
    ],
)
def test_list_asks_to_connect_until_connected(
    rows: Rows, priya: Visitor, state: str | None, scopes: str, asked: str | None
) -> None:
    if state is not None:
        builders.connection(rows, "priya", state=state, scopes=scopes)

    page = priya.text("/candidates")

    found = [each for each in ("Connect your Microsoft account", "Reconnect") if each in page]
    assert found == ([asked] if asked else [])


def test_candidate_is_added(rows: Rows, priya: Visitor) -> None:
    answer = add(priya, number=number_in(priya.get("/candidates/new")))

    added = only_candidate(rows)
    assert (answer.status_code, answer.location) == (303, f"/candidates/{added.id}")
    assert added.addresses == ("rosa.ortega@mail.example", "rosa@work.example")
    assert "Rosa Ortega is added." in priya.text(answer.location)


def test_form_sent_twice_adds_one(rows: Rows, priya: Visitor) -> None:
    number = new_id()

    answers = [add(priya, number=number) for _ in range(2)]

    assert [answer.location for answer in answers] == [f"/candidates/{number}"] * 2
    assert raw(rows)["candidates"].count == 1


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Please fill in “Name”."),
        ("name", "R" * 201, "This is too long: 201 characters, and 200 fit."),
        ("name", "Rosa\nOrtega", "This has to stay on one line."),
        ("name", "Rosa\x00", "This contains an invisible control character."),
        ("headline", "D" * 201, "This is too long"),
        ("addresses", "", "Please fill in “Email addresses”."),
        ("addresses", "*@northwind.example", "“*@northwind.example” does not name one person."),
        ("addresses", "rosa", "“rosa” is not an email address"),
        ("addresses", "a@mail.example\nA@mail.example", "A@mail.example is there twice"),
        ("addresses", "a@mail.example\n" * 1000, "This is too long"),
    ],
)
def test_refused_form_keeps_what_was_typed(
    rows: Rows, priya: Visitor, field: str, typed: str, sentence: str
) -> None:
    answer = add(priya, **{field: typed})

    assert answer.status_code == 422
    assert sentence in words(answer)
    kept_fields = [value for name, value in ROSA.items() if name not in (field, "addresses")]
    assert [value for value in kept_fields if value not in answer.text] == []
    assert raw(rows)["candidates"].count == 0


def test_form_in_another_encoding_is_refused(rows: Rows, priya: Visitor) -> None:
    answer = add(priya, name=b"Ros\xe9")  # type: ignore[arg-type]  # bytes, as a broken browser sends

    assert answer.status_code in (400, 422)
    assert raw(rows)["candidates"].count == 0


def test_forged_number_is_refused(rows: Rows, priya: Visitor) -> None:
    answer = add(priya, number="../../admin")

    assert answer.status_code == 409
    assert raw(rows)["candidates"].count == 0


def test_shared_address_is_warned_about(priya: Visitor, rosa: str) -> None:
    answer = add(priya, name="Rosa's twin", addresses="ROSA.ORTEGA@mail.example")

    page = priya.text(answer.location)
    assert "rosa.ortega@mail.example is also an address of Rosa Ortega." in page
    assert "Mail with it appears in both feeds." in page
    assert "is also an address of Rosa Ortega" in priya.text(answer.location)


def test_candidate_is_changed(rows: Rows, priya: Visitor, rosa: str) -> None:
    number = number_in(priya.get("/candidates/rosa/details"))

    answer = priya.post("/candidates/rosa/details", {**ROSA, "name": "Rosa O.", "number": number})

    assert (answer.status_code, answer.location) == (303, "/candidates/rosa")
    assert store.candidate(rows, "rosa").name == "Rosa O."


@claims(CandidateFlash.MAIL_STAYS)
def test_removed_address_is_named_and_its_messages_stay(
    rows: Rows, priya: Visitor, rosa: str
) -> None:
    form = priya.get("/candidates/rosa/details")
    changes = {**ROSA, "number": number_in(form), "addresses": "rosa@new.example"}

    priya.post("/candidates/rosa/details", changes)

    page = priya.text("/candidates/rosa")
    assert "rosa.ortega@mail.example is no longer an address of" in page
    assert "What was there before stays in the feed; Edit offers to remove it." in page
    assert "Portfolio review" in page
    assert (
        "stays in the feed when you remove the address; you can remove it here afterwards."
        in words(form)
    )
    assert raw(rows)["feed_entries"].count == 1


def test_address_in_another_spelling_is_not_removed(rows: Rows, priya: Visitor, rosa: str) -> None:
    number = number_in(priya.get("/candidates/rosa/details"))

    priya.post(
        "/candidates/rosa/details",
        {**ROSA, "number": number, "addresses": "Rosa.Ortega@mail.example"},
    )

    assert "is no longer an address" not in priya.text("/candidates/rosa")
    assert store.candidate(rows, "rosa").addresses == ("Rosa.Ortega@mail.example",)


def test_older_form_is_refused_and_kept(rows: Rows, priya: Visitor, rosa: str) -> None:
    number = number_in(priya.get("/candidates/rosa/details"))
    raw(rows).execute("update candidates set updated_at = '2026-11-24T15:00:00Z'")

    answer = priya.post("/candidates/rosa/details", {**ROSA, "name": "Mine", "number": number})

    assert answer.status_code == 409
    assert "Somebody changed this candidate while you were writing." in words(answer)
    assert 'value="Mine"' in answer.text
    assert store.candidate(rows, "rosa").name == "Rosa Ortega"


@claims(EmailFlash.CANDIDATE_DELETED)
def test_deleting_removes_messages_and_may_be_repeated(
    rows: Rows, priya: Visitor, rosa: str
) -> None:
    before = priya.text("/candidates/rosa")

    first = priya.post("/candidates/rosa/deletion")
    said = priya.text(first.location)
    second = priya.post("/candidates/rosa/deletion")

    assert "Rosa Ortega and 1 message will be removed" in before
    assert "Rosa Ortega and 1 message are deleted here." in said
    assert [first.status_code, second.status_code] == [303, 404]
    assert (raw(rows)["candidates"].count, raw(rows)["messages"].count) == (0, 0)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Rosa Ortega", "Mei Tan"]),
        ("?search=rosa", ["Rosa Ortega"]),
        ("?search=MAIL.example", ["Rosa Ortega", "Mei Tan"]),
        ("?search=%25", []),
        ("?page=nonsense", ["Rosa Ortega", "Mei Tan"]),
    ],
)
def test_list_finds(
    rows: Rows, priya: Visitor, rosa: str, now: datetime, query: str, names: list[str]
) -> None:
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)

    answer = priya.get(f"/candidates{query}")

    assert re.findall(r'<a class="title"[^>]*><bdi>([^<]+)</bdi>', answer.text) == names


def test_search_is_limited_per_person(
    priya: Visitor, rosa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = importlib.import_module("portal.candidates.routes")
    monkeypatch.setattr(routes, "SEARCHES_A_MINUTE", 0)

    answer = priya.get("/candidates?search=rosa")

    assert answer.status_code == 429
    assert "That was too often. Please try again in a minute." in words(answer)
    assert priya.get("/candidates").status_code == 200


def test_search_is_shown_and_escaped(priya: Visitor, rosa: str) -> None:
    answer = priya.get("/candidates?search=<script>alert(1)</script>")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "Nobody found" in words(answer)


def test_page_after_the_last_is_not_found(priya: Visitor, rosa: str) -> None:
    assert priya.get("/candidates?page=2").status_code == 404


def test_empty_list_asks_for_the_first_candidate(priya: Visitor) -> None:
    assert "No candidates yet" in priya.text("/candidates")
