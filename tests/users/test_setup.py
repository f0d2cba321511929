"""Setup: the first administrator needs the printed code, once. The console restores access."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import Config
from portal.errors import Invalid, NotFound
from portal.integrations.flash_texts import IntegrationFlash
from portal.storage.rows import Rows
from portal.users import passwords, people_store, setup, store
from portal.users.models import Role
from portal.users.role_texts import UserFlash
from tests import pages
from tests.claims.checks import claims
from tests.support.browser import ORIGIN, send, token_on
from tests.support.raw_rows import raw
from tests.users.people import PASSWORD, add, person

FIRST = setup.FirstAdmin("Alex Berg", "alex@northwind.example", PASSWORD)


@pytest.fixture
def code(app: Flask, config: Config, rows: Rows) -> str:
    return setup.one_time_code(rows, config.secret_key)


def fill_in(client: FlaskClient, **fields: str) -> TestResponse:
    given = {"name": FIRST.name, "address": FIRST.address, "password": PASSWORD, **fields}
    token = token_on(client.get("/setup").text)
    return client.post("/setup", data={"csrf_token": token, **given}, headers=ORIGIN)


def test_code_is_printed_without_an_administrator(app: Flask, code: str) -> None:
    console = io.StringIO()

    setup.announce(app.extensions["portal"], console)

    assert code in console.getvalue()
    assert "http://localhost/setup" in console.getvalue()


def test_code_is_the_same_for_every_process_and_stored_nowhere(
    config: Config, rows: Rows, code: str
) -> None:
    again = setup.one_time_code(rows, config.secret_key)

    values = [row["value"] for row in raw(rows).query("select value from settings")]
    assert again == code
    assert code not in str(values)
    assert setup.one_time_code(rows, b"another key" * 4) != code


def test_start_page_leads_to_setup(app: Flask, rows: Rows) -> None:
    answer = app.test_client().get("/")

    assert answer.headers["Location"] == "/setup"


def test_page_keeps_the_rules_of_all_pages(app: Flask, rows: Rows) -> None:
    assert pages.complaints(app.test_client().get("/setup").text) == []


def test_first_administrator_is_created_and_signed_in(app: Flask, rows: Rows, code: str) -> None:
    client = app.test_client()

    answer = fill_in(client, code=code)

    users = [listed.user for listed in people_store.people(rows)]
    assert answer.headers["Location"] == "/admin/integrations/marketplace"
    assert [(user.address, user.role) for user in users] == [(FIRST.address, Role.ADMIN)]
    assert (users[0].password_hash or "").startswith("$argon2id$")
    assert users[0].last_signed_in_at is not None
    assert client.get("/admin/users").status_code == 200


def test_code_is_accepted_in_any_spelling(app: Flask, rows: Rows, code: str) -> None:
    typed = code.lower().replace("-", " ")

    assert fill_in(app.test_client(), code=f" {typed} ").status_code == 303


def test_setup_closes_after_the_first_administrator(app: Flask, rows: Rows, code: str) -> None:
    fill_in(app.test_client(), code=code)
    stranger = app.test_client()

    token = token_on(stranger.get("/signin").text)
    fields = {"csrf_token": token, "code": code, "name": "E", "address": "e@evil.example"}
    answers = [
        stranger.get("/setup"),
        stranger.post("/setup", data={**fields, "password": PASSWORD}, headers=ORIGIN),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    console = io.StringIO()
    setup.announce(app.extensions["portal"], console)
    assert console.getvalue() == ""


def test_setup_stays_closed_when_the_admin_is_disabled(app: Flask, rows: Rows, code: str) -> None:
    fill_in(app.test_client(), code=code)
    raw(rows).execute("update users set is_enabled = 0")

    assert app.test_client().get("/setup").status_code == 404


@pytest.mark.parametrize("wrong", ["", "AAAA-AAAA-AAAA-AAAA", "é", "x" * 65])
def test_wrong_code_is_refused_and_the_rest_kept(app: Flask, rows: Rows, wrong: str) -> None:
    answer = fill_in(app.test_client(), code=wrong)

    assert answer.status_code == 422
    assert 'value="Alex Berg"' in answer.text
    assert PASSWORD not in answer.text
    assert not store.has_admin(rows)


def test_guesses_of_the_code_are_limited(app: Flask, rows: Rows, code: str) -> None:
    client = app.test_client()

    statuses = [fill_in(client, code="AAAA", password="x").status_code for _ in range(21)]

    assert statuses == [422] * 20 + [429]


def test_one_of_two_simultaneous_setups_wins(rows: Rows, now: datetime, actor: Actor) -> None:
    setup.create_first_admin(
        Act(rows, actor, now),
        FIRST,
        code="a",
        expected="a",
    )

    with pytest.raises(NotFound):
        setup.create_first_admin(
            Act(rows, actor, now),
            FIRST,
            code="a",
            expected="a",
        )

    assert len(people_store.people(rows)) == 1


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "has 5 characters"),
        ("aaaaaaaaaaaaaaaa", "repeats itself"),
        ("alex@northwind.example", "your name or address"),
        ("alexbergalex1", "your name or address"),
    ],
)
def test_weak_password_is_refused_with_the_reason(password: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.hashed(password, name=FIRST.name, address=FIRST.address)

    assert words in str(refusal.value)
    assert refusal.value.field == "password"


def test_console_makes_an_administrator(app: Flask, rows: Rows) -> None:
    runner = app.test_cli_runner()

    result = runner.invoke(
        args=["make-admin", "alex@northwind.example"], input=f"{PASSWORD}\n{PASSWORD}\n"
    )

    assert result.exit_code == 0, result.output
    assert "alex@northwind.example is now an administrator." in result.output
    user = store.local_user(rows, "ALEX@northwind.example")
    assert user is not None
    assert (user.role, user.is_enabled) == (Role.ADMIN, True)


def test_console_lets_a_locked_out_administrator_back_in(
    app: Flask, rows: Rows, now: datetime
) -> None:
    user, _ = setup.make_admin(rows, FIRST, now=now)
    raw(rows).execute("update users set is_enabled = 0, role = 'limited'")

    args = ["make-admin", FIRST.address, "--password", "another long sentence"]
    result = app.test_cli_runner().invoke(args=args)

    again = store.user(rows, user.id)
    assert result.exit_code == 0, result.output
    assert (again.role, again.is_enabled) == (Role.ADMIN, True)
    assert passwords.matches("another long sentence", again.password_hash)


def test_console_makes_a_known_person_admin_with_a_password(
    app: Flask, rows: Rows, now: datetime
) -> None:
    add(rows, person("Kim Lund", role="limited", now=now))

    args = ["make-admin", "KIM@northwind.example", "--password", PASSWORD]
    result = app.test_cli_runner().invoke(args=args)

    kim = store.user(rows, "kim")
    assert result.exit_code == 0, result.output
    assert "kim@northwind.example is an administrator with a new password" in result.output
    assert (kim.role, kim.object_id, kim.sign_in_address) == (
        Role.ADMIN,
        "object-kim",
        "kim@northwind.example",
    )
    assert passwords.matches(PASSWORD, kim.password_hash)
    assert len(people_store.people(rows)) == 1


def test_console_knows_a_person_by_their_user_name(rows: Rows, now: datetime) -> None:
    add(rows, person("Kim Lund", user_name="u.pn@northwind.example", now=now))

    user, is_new = setup.make_admin(rows, replace(FIRST, address="u.pn@northwind.example"), now=now)

    assert (user.id, is_new) == ("kim", False)
    assert user.sign_in_address == "u.pn@northwind.example"


def test_console_knows_a_user_name_in_any_case(rows: Rows, now: datetime) -> None:
    add(rows, person("Kim Lund", user_name="U.Pn@Northwind.example", now=now))

    user, is_new = setup.make_admin(rows, replace(FIRST, address="u.PN@northwind.example"), now=now)

    assert (user.id, is_new) == ("kim", False)


def test_console_takes_an_address_before_a_user_name(rows: Rows, now: datetime) -> None:
    add(rows, person("Sam Reed", user_name="kim@northwind.example", now=now))
    add(rows, person("Kim Lund", user_name="k.l@northwind.example", now=now))

    user, _ = setup.make_admin(rows, replace(FIRST, address="kim@northwind.example"), now=now)

    assert user.id == "kim"


def test_console_names_the_address_to_sign_in_with(app: Flask, rows: Rows, now: datetime) -> None:
    add(rows, person("Kim Lund", password_hash="x", sign_in_address="own@home.example", now=now))

    args = ["make-admin", "kim@northwind.example", "--password", PASSWORD]
    result = app.test_cli_runner().invoke(args=args)

    assert "/signin as own@home.example" in result.output


def test_console_does_not_choose_between_two_people(rows: Rows, now: datetime) -> None:
    kim = person("Kim Lund", now=now)
    add(rows, kim, replace(kim, id="twin", object_id="object-twin"))

    with pytest.raises(Invalid, match="2 people have the address"):
        setup.make_admin(rows, replace(FIRST, address="kim@northwind.example"), now=now)

    assert {user.role for user in store.people_at(rows, "kim@northwind.example")} == {Role.MEMBER}


def test_console_leaves_the_directorys_decision(rows: Rows, now: datetime) -> None:
    add(rows, person("Kim Lund", now=now))
    raw(rows).execute("update users set is_enabled = 0, kept_out = 'disabled'")

    user, _ = setup.make_admin(rows, replace(FIRST, address="kim@northwind.example"), now=now)

    assert (user.is_enabled, user.may_sign_in) == (False, True)


@pytest.mark.parametrize("arguments", [["nobody", "--password", PASSWORD], [FIRST.address,
                         "--password", "short"]])  # fmt: skip  # two cases
def test_console_refuses_with_a_sentence(app: Flask, rows: Rows, arguments: list[str]) -> None:
    result = app.test_cli_runner().invoke(args=["make-admin", *arguments])

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert people_store.people(rows) == []


@claims(IntegrationFlash.NAMED, UserFlash.FIRST_ADMIN)
def test_name_of_the_organization_is_asked_for_shown_and_changed(app: Flask, code: str) -> None:
    client = app.test_client()
    fill_in(client, code=code, organization="Northwind Hiring")

    first = client.get("/admin/integrations/marketplace").text
    send(client, "/admin/integrations/organization-name", organization="Northwind")
    told = client.get("/admin/integrations/marketplace").text
    second = client.get("/settings/personal-info").text
    entries = client.get("/admin/audit-log?q=organization").text

    assert "<title>Integrations - Northwind Hiring</title>" in first
    assert 'value="Northwind Hiring"' in first
    assert "You are the first administrator." in first
    assert "<title>Personal info - Northwind</title>" in second
    assert "This portal is now called Northwind." in told
    assert "Organization named" in entries
    assert [client.get(each).status_code for each in ("/setup", "/admin/users")] == [404, 200]
