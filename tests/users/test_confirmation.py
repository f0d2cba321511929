"""A change that waits while its person confirms who they are: for that session, and once."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal import clock
from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.storage.rows import Rows
from portal.users import store
from portal.users.role_texts import UserFlash
from portal.web.proof.carried_changes import CarriedFlash
from tests.claims.checks import claims
from tests.support.browser import ORIGIN, browser, send, token_on
from tests.support.raw_rows import raw
from tests.users.confirmations import CONFIRMATION, grow_stale, waiting_form
from tests.users.people import PASSWORD

ROLE = "/admin/users/kim/role"
PEOPLE = "/admin/users"


@pytest.fixture
def admin(app: Flask, people: Rows, local: str) -> FlaskClient:
    """The browser of Lo Cal, who wanted to make Kim an admin and was asked who they are."""
    client = browser(app, local)
    client.get(PEOPLE)
    grow_stale(people)
    assert send(client, ROLE, role="admin").headers["Location"] == CONFIRMATION
    return client


def confirm(client: FlaskClient, password: str = PASSWORD) -> TestResponse:
    return send(client, CONFIRMATION, page=CONFIRMATION, password=password)


def confirmed_form(client: FlaskClient) -> tuple[str, dict[str, str]]:
    confirm(client)
    return waiting_form(client.get(CONFIRMATION).text)


def press(client: FlaskClient, form: tuple[str, dict[str, str]]) -> TestResponse:
    """Send the form with a token of this browser's own."""
    address, fields = form
    token = token_on(client.get("/settings/needs-you", follow_redirects=True).text)
    return client.post(address, data={**fields, "csrf_token": token}, headers=ORIGIN)


def kept(rows: Rows) -> int:
    found: int = raw(rows)["carried_changes"].count
    return found


def test_password_confirms_and_the_change_goes_on(admin: FlaskClient, people: Rows) -> None:
    asked = admin.get(CONFIRMATION).text

    form = confirmed_form(admin)

    assert "Make Kim Lund an admin?" in asked
    assert not store.user(people, "kim").is_admin
    assert press(admin, form).headers["Location"] == PEOPLE
    assert store.user(people, "kim").is_admin
    assert kept(people) == 0


def test_wrong_password_changes_nothing_and_is_noted(admin: FlaskClient, people: Rows) -> None:
    answer = confirm(admin, "a wrong one")

    assert answer.status_code == 422
    assert "Yes, go on" not in admin.get(CONFIRMATION).text
    entries = audit.entries(people, Wanted())
    noted = [(one.result, one.new) for one in entries if one.action == "identity confirmed"]
    assert noted == [("refused", "wrong password")]


def test_guessing_the_password_ends_and_leaves_few_rows(admin: FlaskClient, people: Rows) -> None:
    first = confirm(admin, "a wrong one").status_code
    raw(people).execute("update rate_limits set hits = hits + 19")
    statuses = [confirm(admin, "a wrong one").status_code for _ in range(3)]
    right = confirm(admin, PASSWORD).status_code

    noted = [(one.action, one.result) for one in audit.entries(people, Wanted())]
    assert (first, statuses, right) == (422, [429] * 3, 429)
    assert noted.count(("identity confirmed", "refused")) == 1
    assert noted.count(("sign-in refused", "refused")) == 1


def test_stored_change_is_sealed(admin: FlaskClient, people: Rows) -> None:
    row = next(iter(raw(people)["carried_changes"].rows))

    assert "admin" not in row["content"]
    assert ROLE not in row["content"]


def test_change_without_a_fresh_sign_in_asks_again(admin: FlaskClient, people: Rows) -> None:
    form = confirmed_form(admin)
    grow_stale(people)

    assert press(admin, form).headers["Location"] == CONFIRMATION
    assert not store.user(people, "kim").is_admin


@claims(CarriedFlash.OVER)
@pytest.mark.parametrize("whose", ["alex", "local"])
def test_change_belongs_to_one_session_of_one_person(
    app: Flask, admin: FlaskClient, people: Rows, local: str, whose: str
) -> None:
    form = confirmed_form(admin)
    other = browser(app, local if whose == "local" else whose)

    answer = press(other, form)

    assert answer.headers["Location"] == "/"
    assert not store.user(people, "kim").is_admin
    press(admin, form)
    assert store.user(people, "kim").is_admin


@pytest.mark.parametrize(("minutes", "is_done"), [(2, True), (11, False)])
def test_change_waits_as_long_as_a_sign_in_is_fresh(
    admin: FlaskClient, people: Rows, minutes: int, is_done: bool
) -> None:
    form = confirmed_form(admin)
    earlier = clock.text(clock.utc_now() - timedelta(minutes=minutes))
    raw(people).execute("update carried_changes set kept_at = ?", [earlier])

    press(admin, form)

    assert store.user(people, "kim").is_admin is is_done


def test_only_the_newest_change_waits(admin: FlaskClient, people: Rows) -> None:
    send(admin, "/admin/users/priya/role", role="admin")

    page = confirmed_form(admin)[0]

    assert kept(people) == 1
    assert page == "/admin/users/priya/role"


def test_all_fields_of_a_name_are_carried(admin: FlaskClient, people: Rows) -> None:
    raw(people).execute("update users set is_enabled = 0, kept_out = null where id = 'alex'")
    ticked = MultiDict([("user", "alex"), ("user", "kim")])
    token = token_on(admin.get("/settings/needs-you").text)
    data = MultiDict([("csrf_token", token), *ticked.items(multi=True)])
    admin.post(f"{PEOPLE}/enablement", data=data, headers=ORIGIN)
    confirm(admin)

    page = admin.get(CONFIRMATION).text

    assert page.count('name="user"') == 2
    assert "Let 2 people sign in, admins among them?" in page


@claims(UserFlash.CONFIRMED)
def test_long_form_is_not_kept(admin: FlaskClient, people: Rows) -> None:
    send(admin, ROLE, role="admin", more="x" * 30_000)

    assert kept(people) == 0
    assert "Portal kept nothing of this form" in admin.get(CONFIRMATION).text
    assert confirm(admin).headers["Location"] == PEOPLE
    assert "For ten minutes you can save" in admin.get(PEOPLE).text
    assert send(admin, ROLE, role="admin").headers["Location"] == PEOPLE
    assert store.user(people, "kim").is_admin


def test_reading_and_an_unchanged_role_ask_nothing(admin: FlaskClient, people: Rows) -> None:
    answer = send(admin, "/admin/users/alex/role", role="admin")

    assert answer.headers["Location"] == PEOPLE
    for page in (PEOPLE, "/admin/audit-log"):
        assert admin.get(page).status_code == 200


def test_exports_ask_first(admin: FlaskClient, people: Rows) -> None:
    for path, question in (
        ("/admin/users/export", "Download the list of people?"),
        ("/admin/audit-log/export", "Download the audit log?"),
    ):
        grow_stale(people)
        assert send(admin, path).headers["Location"] == CONFIRMATION
        confirm(admin)
        page = admin.get(CONFIRMATION).text
        assert question in page
        assert press(admin, waiting_form(page)).mimetype == "text/csv"


def test_question_of_a_lost_form_ends_with_the_confirmation(
    admin: FlaskClient, people: Rows
) -> None:
    send(admin, ROLE, role="admin", more="x" * 30_000)
    confirm(admin)
    grow_stale(people)

    page = admin.get(CONFIRMATION).text

    assert "Make Kim Lund" not in page
    assert "Confirm that it is you" in page
