"""Sign-in with a password, and the rules that hold for every signed-in person."""

import pytest
from flask import Flask

from portal.errors import NotAllowed
from portal.storage.rows import Rows
from portal.users import sign_in
from tests.support import builders
from tests.support.browser import ORIGIN, browser, send, token_on
from tests.support.raw_rows import raw
from tests.users.people import LOCAL, PASSWORD, acts


def test_password_signs_in_and_leads_to_the_wished_page(app: Flask, local: str) -> None:
    client = app.test_client()
    assert client.get("/admin/audit-log").headers["Location"] == "/signin"

    token = token_on(client.get("/signin").text)
    fields = {"csrf_token": token, "address": LOCAL.upper(), "password": PASSWORD}
    answer = client.post("/signin", data=fields, headers=ORIGIN)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/audit-log")
    assert client.get("/admin/audit-log").status_code == 200


@pytest.mark.parametrize("address", [LOCAL, "priya@northwind.example", "nobody@mail.example", "'"])
def test_wrong_password_and_unknown_address_get_the_same_answer(
    app: Flask, people: Rows, local: str, address: str
) -> None:
    client = app.test_client()

    answer = send(client, "/signin", page="/signin", address=address, password="wrong guess!")

    assert answer.status_code == 422
    assert sign_in.WRONG in answer.text
    assert "wrong guess!" not in answer.text
    assert ("sign-in refused", address, "refused") in acts(people)


def test_disabled_local_account_is_told_only_with_the_right_password(
    app: Flask, people: Rows, local: str
) -> None:
    raw(people).execute("update users set is_enabled = 0 where id = ?", [local])
    client = app.test_client()

    wrong = send(client, "/signin", page="/signin", address=LOCAL, password="wrong guess!")
    right = send(client, "/signin", page="/signin", address=LOCAL, password=PASSWORD)

    assert (wrong.status_code, right.status_code) == (422, 403)
    assert "Not enabled for sign-in" in right.text
    assert client.get("/settings/personal-info").status_code == 303


def test_refusal_page_names_whom_to_ask(app: Flask, people: Rows) -> None:
    for refusal in (sign_in.NotEnabled("x"), sign_in.Unknown("x"), sign_in.InvitationOver()):
        with app.test_request_context("/signin"):
            app.preprocess_request()
            response = app.make_response(app.handle_user_exception(refusal))

        assert isinstance(refusal, NotAllowed)
        assert response.status_code == 403
        assert f"<h1>{refusal.title}</h1>" in response.get_data(as_text=True)


def test_active_user_also_holds_for_jobs(people: Rows) -> None:
    raw(people).execute("update users set is_enabled = 0 where id = 'kim'")

    assert sign_in.active_user(people, "kim") is None
    assert sign_in.active_user(people, "nobody") is None
    assert sign_in.active_user(people, "priya") is not None


@pytest.mark.parametrize(
    ("state", "scopes", "waits"),
    [
        ("working", "Mail.Read User.Read", False),
        ("lapsed", "Mail.Read User.Read", True),
        ("working", "User.Read", True),
    ],
    ids=["as it should be", "ended", "a permission is missing"],
)
def test_connection_to_reconnect_asks_for_attention(
    app: Flask, people: Rows, state: str, scopes: str, waits: bool
) -> None:
    builders.connection(people, "kim", scopes=scopes, state=state)

    own = browser(app, "kim").get("/settings/personal-info").text
    people_page = browser(app, "alex").get("/admin/users").text

    assert ("something needs attention" in own) is waits
    assert ("Reconnect needed" in own) is waits
    assert ("Reconnect needed" in people_page) is waits
