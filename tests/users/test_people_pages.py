"""The Users page and its buttons: as an admin, as others, and sent twice."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.storage.rows import Rows
from portal.users import setup, store
from portal.users.models import Role
from portal.users.role_texts import UserFlash
from tests import pages
from tests.claims.checks import claims
from tests.support import builders
from tests.support.browser import browser, send, token_on
from tests.support.raw_rows import raw
from tests.users.people import PASSWORD

PAGE = "/admin/users"
LINK = re.compile(r'value="http://localhost(/invitations/[^"]+)"')
NEW = {"id": "11111111-1111-4111-8111-111111111111", "role": "member", "note": "Nora"}


def grow_stale(rows: Rows) -> None:
    old = clock.text(clock.utc_now() - timedelta(minutes=11))
    raw(rows).execute("update sessions set fresh_at = ?", [old])


def test_page_shows_people_with_role_source_and_connection(alex: FlaskClient) -> None:
    html = alex.get(PAGE).text

    assert pages.complaints(html) == []
    for words in ("Priya Kaur", "priya@northwind.example", "Invited", "Not connected", "Limited"):
        assert words in html


def test_search_finds_by_name_and_address(alex: FlaskClient) -> None:
    by_name = alex.get(f"{PAGE}?q=LUND").text
    by_sign = alex.get(f"{PAGE}?q=%25").text

    assert "Kim Lund" in by_name
    assert "Priya Kaur" not in by_name
    assert "Nobody found" in by_sign


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", PAGE),
        ("get", "/admin/audit-log"),
        ("post", "/admin/users/invitations"),
        ("post", "/admin/users/kim/role"),
        ("post", "/admin/users/kim/enablement"),
        ("post", "/admin/users/kim/sessions/ending"),
        ("post", "/admin/users/sessions/ending"),
        ("post", "/admin/users/invitations/x/withdrawal"),
    ],
)
def test_pages_are_for_admins_alone(app: Flask, people: Rows, method: str, path: str) -> None:
    statuses = []
    for user_id in ("kim", "priya", None):
        client = browser(app, user_id)
        if method == "get":
            statuses.append(client.get(path).status_code)
        else:
            page = "/signin" if user_id is None else "/settings/personal-info"
            answer = send(client, path, page=page, role="admin", on="1", id="x")
            statuses.append(answer.status_code)

    assert statuses == [403, 403, 303]
    assert store.user(people, "kim").role is Role.LIMITED


def test_invitation_shows_its_link_once(alex: FlaskClient, people: Rows) -> None:
    answer = send(alex, "/admin/users/invitations", **NEW)

    link = LINK.search(answer.text)
    assert link is not None
    assert pages.complaints(answer.text) == []
    assert LINK.search(alex.get(PAGE).text) is None
    assert link[1].rsplit("/", 1)[1] not in str(
        list(raw(people).query("select * from invitations"))
    )
    assert "Accept with Microsoft" in alex.get(link[1]).text


def test_invitation_sent_twice_counts_once(alex: FlaskClient, people: Rows) -> None:
    send(alex, "/admin/users/invitations", **NEW)

    answer = send(alex, "/admin/users/invitations", **NEW)

    assert answer.status_code == 409
    assert "shown only once" in answer.text
    assert next(raw(people).query("select count(*) as n from invitations"))["n"] == 1


@claims(UserFlash.INVITATION_WITHDRAWN)
def test_withdrawn_link_says_so(alex: FlaskClient, app: Flask) -> None:
    made = send(alex, "/admin/users/invitations", **NEW).text
    link = LINK.search(made)
    assert link is not None

    answer = send(alex, f"/admin/users/invitations/{NEW['id']}/withdrawal")
    again = send(alex, f"/admin/users/invitations/{NEW['id']}/withdrawal")

    assert (answer.status_code, again.status_code) == (303, 303)
    page = app.test_client().get(link[1])
    assert page.status_code == 403
    assert "This invitation no longer works" in page.text


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "%ff", "..%2f..", "🙂"])
def test_invented_link_gets_the_same_answer(app: Flask, people: Rows, token: str) -> None:
    answer = app.test_client().get(f"/invitations/{token}")

    assert answer.status_code in (403, 404)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"role": "owner"}, "Nora"),
        ({"note": "x" * 121}, "x" * 121),
        ({"note": "a\nb"}, "a"),
        ({"id": ""}, "Nora"),
    ],
)
def test_wrong_invitation_is_refused_and_kept(
    alex: FlaskClient, people: Rows, fields: dict[str, str], kept: str
) -> None:
    answer = send(alex, "/admin/users/invitations", **{**NEW, **fields})

    assert answer.status_code == 422
    assert kept in answer.text
    assert list(raw(people).query("select * from invitations")) == []


@claims(UserFlash.ROLE_CHANGED, UserFlash.DISABLED)
def test_role_and_sign_in_are_changed_by_buttons(
    app: Flask, alex: FlaskClient, people: Rows
) -> None:
    browser_of_kim = browser(app, "kim")
    assert browser_of_kim.get("/settings/personal-info").status_code == 200
    first = send(alex, "/admin/users/kim/role", role="member")
    second = send(alex, "/admin/users/kim/enablement", on="0")

    kim = store.user(people, "kim")
    assert (first.status_code, second.status_code) == (303, 303)
    assert (kim.role, kim.is_enabled) == (Role.MEMBER, False)
    assert "Kim Lund can no longer sign in" in alex.get(PAGE).text
    assert browser_of_kim.get("/settings/personal-info").status_code == 303


@pytest.mark.parametrize("path", ["/admin/users/nobody/role", "/admin/users/nobody/enablement"])
def test_unknown_person_is_404(alex: FlaskClient, path: str) -> None:
    assert send(alex, path, role="member", on="0").status_code == 404


def test_last_admin_cannot_remove_themselves(alex: FlaskClient, people: Rows) -> None:
    answer = send(alex, "/admin/users/alex/enablement", on="0")

    assert answer.status_code == 409
    assert "last administrator" in answer.text
    assert store.user(people, "alex").is_enabled


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/admin/users/kim/role", {"role": "admin"}),
        ("/admin/users/invitations", {**NEW, "role": "admin"}),
    ],
)
def test_making_an_admin_needs_a_fresh_sign_in(
    alex: FlaskClient, people: Rows, path: str, fields: dict[str, str]
) -> None:
    grow_stale(people)

    answer = send(alex, path, **fields)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/signin/confirmation")
    assert store.user(people, "kim").role is Role.LIMITED
    assert list(raw(people).query("select * from invitations")) == []
    assert send(alex, "/admin/users/kim/role", role="member").headers["Location"] == PAGE


def test_fresh_sign_in_makes_an_admin(alex: FlaskClient, people: Rows) -> None:
    answer = send(alex, "/admin/users/kim/role", role="admin")

    assert answer.headers["Location"] == PAGE
    assert store.user(people, "kim").is_admin


@claims(UserFlash.ALL_SESSIONS_ENDED)
def test_other_people_are_signed_out(app: Flask, alex: FlaskClient) -> None:
    kim = browser(app, "kim")

    answer = send(alex, "/admin/users/sessions/ending")

    assert answer.status_code == 303
    assert kim.get("/settings/personal-info").status_code == 303
    assert alex.get(PAGE).status_code == 200


@claims(UserFlash.SESSIONS_ENDED)
def test_one_person_is_signed_out(app: Flask, alex: FlaskClient) -> None:
    phone, laptop, priya = browser(app, "kim"), browser(app, "kim"), browser(app, "priya")
    for each in (phone, laptop, priya):
        assert each.get("/settings/personal-info").status_code == 200

    send(alex, "/admin/users/kim/sessions/ending")

    left = [each.get("/settings/personal-info").status_code for each in (phone, laptop, priya)]
    assert left == [303, 303, 200]


def test_form_of_a_role_changes_nothing_else(alex: FlaskClient, people: Rows) -> None:
    before = store.user(people, "kim")

    send(alex, "/admin/users/kim/role", role="limited", address="x@evil.example", tenant_id="t")

    assert store.user(people, "kim") == before


def test_names_of_strangers_are_text(alex: FlaskClient, people: Rows) -> None:
    evil = "<script>alert(1)</script>\u202e"
    raw(people).execute("update users set display_name = ? where id = 'kim'", [evil])

    html = alex.get(PAGE).text

    assert "<script>alert" not in html
    assert "\u202e" not in html


def test_limited_person_sees_own_settings_only(kim: FlaskClient) -> None:
    seen = {path: kim.get(path).status_code for path in ("/", "/settings/personal-info",
            "/candidates", "/admin/users", "/admin/audit-log")}  # fmt: skip  # one list

    assert seen == {
        "/": 303,
        "/settings/personal-info": 200,
        "/candidates": 403,
        "/admin/users": 403,
        "/admin/audit-log": 403,
    }
    assert kim.get("/").headers["Location"] == "/settings/personal-info"


def test_time_zone_is_one_that_there_is(kim: FlaskClient, people: Rows) -> None:
    good = send(kim, "/settings/personal-info", time_zone="Europe/Oslo")
    bad = send(kim, "/settings/personal-info", time_zone="Mars/Olympus")

    assert (good.status_code, bad.status_code) == (303, 422)
    assert store.user(people, "kim").time_zone == "Europe/Oslo"


def test_confirmation_takes_the_password_of_a_local_account(app: Flask, people: Rows) -> None:
    first = setup.FirstAdmin("Lo Cal", "local@northwind.example", PASSWORD)
    user, _ = setup.make_admin(people, first, now=clock.utc_now())
    client = browser(app, user.id)
    grow_stale(people)
    page = "/signin/confirmation"

    wrong = send(client, page, page=page, password="wrong guess!")
    right = send(client, page, page=page, password=PASSWORD)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert send(client, "/admin/users/kim/role", role="admin").headers["Location"] == PAGE
    assert token_on(client.get(PAGE).text)
    noted = raw(people).query("select * from audit_log where action = 'identity confirmed'")
    assert [(row["result"], row["new_value"]) for row in noted] == [
        ("refused", "wrong password"),
        ("ok", "by password"),
    ]


def test_filters_count_people_and_rows_say_when_mail_was_synced(
    alex: FlaskClient, people: Rows, now: datetime
) -> None:
    builders.mailbox(people, "priya", last_success_at=now)
    send(alex, "/admin/users/kim/enablement", on="0")

    page = alex.get(PAGE).text

    assert re.search(r'href="/admin/users"\s+aria-current="true">Everybody <span[^>]*>3<', page)
    assert re.search(r"Not enabled for sign-in <span[^>]*>1<", page)
    assert page.count("Email synced") == 1
