"""Checks before every change: host, origin and form token. Headers on every answer."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from portal.web.access import Unmarked, public, require_markers
from tests.support.browser import ORIGIN, browser, send, token_on
from tests.support.raw_rows import raw

PAGE = "/settings/personal-info"
ZONE = {"time_zone": "Europe/Oslo"}
EXPECTED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def zone_of(rows: Rows) -> str:
    return str(next(raw(rows).query("select time_zone from users where id = 'kim'"))["time_zone"])


def test_form_of_our_own_is_taken(people: Rows, kim: FlaskClient) -> None:
    answer = send(kim, PAGE, **ZONE)

    assert answer.status_code == 303
    assert zone_of(people) == "Europe/Oslo"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_form_from_elsewhere_is_refused(
    people: Rows, kim: FlaskClient, headers: dict[str, str]
) -> None:
    token = token_on(kim.get(PAGE).text)

    answer = kim.post(PAGE, data={"csrf_token": token, **ZONE}, headers=headers)

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    assert zone_of(people) == "UTC"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_own_form_is_recognised_by_either_header(
    people: Rows, kim: FlaskClient, headers: dict[str, str]
) -> None:
    token = token_on(kim.get(PAGE).text)

    answer = kim.post(PAGE, data={"csrf_token": token, **ZONE}, headers=headers)

    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "x", "ImFiYyI.Zz.zz", "\ud83d\ude00", "a" * 5000])
def test_wrong_token_is_refused(people: Rows, kim: FlaskClient, token: str) -> None:
    fields = {"csrf_token": token.encode("utf-16", "surrogatepass").decode("utf-16"), **ZONE}

    answer = kim.post(PAGE, data=fields, headers=ORIGIN)

    assert answer.status_code == 400
    assert "no longer valid" in answer.text
    assert zone_of(people) == "UTC"


def test_token_of_another_session_is_refused(app: Flask, people: Rows) -> None:
    others = token_on(browser(app, "priya").get(PAGE).text)
    kim = browser(app, "kim")

    answer = kim.post(PAGE, data={"csrf_token": others, **ZONE}, headers=ORIGIN)

    assert answer.status_code == 400
    assert zone_of(people) == "UTC"


def test_every_changing_route_asks_for_the_token(app: Flask, people: Rows) -> None:
    client = browser(app, "alex")
    statuses = {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/webhooks/"):
            one_of_several = re.sub(r"<any\('([^']+)'[^>]*>", r"\1", rule.rule)
            path = re.sub("<[^>]+>", "alex", one_of_several)
            statuses[rule.rule] = client.post(path, headers=ORIGIN).status_code

    assert {path for path, status in statuses.items() if status != 400} == set()
    assert len(statuses) > 10


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_change_nothing(people: Rows, kim: FlaskClient, method: str) -> None:
    assert kim.open(PAGE, method=method, headers=ORIGIN).status_code == 405


def test_method_overrides_are_ignored(people: Rows, kim: FlaskClient) -> None:
    answer = kim.get(
        PAGE, query_string={"_method": "POST"}, headers={"X-HTTP-Method-Override": "POST"}
    )

    assert answer.status_code == 200
    assert zone_of(people) == "UTC"


def test_options_has_no_content(kim: FlaskClient) -> None:
    answer = kim.options(PAGE)

    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1",
        "",
        "a b",
        "[::1",
        "a@b",
        "x:y:z",
        "\xe9",
        "a/b",
    ],
)
def test_other_hosts_are_refused(app: Flask, people: Rows, host: str) -> None:
    answer = app.test_client().get("/signin", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_forwarded_headers_of_strangers_are_ignored(app: Flask, people: Rows) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.9"}

    answer = app.test_client().get("/signin", headers=forged)

    assert answer.status_code == 200
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/signin", 200),
        ("/healthz", 200),
        ("/settings/personal-info", 303),
        ("/no/such/page", 404),
        ("/candidates/%00", 404),
        ("/static/portal.css", 302),
        ("/static/no-such.css", 404),
        ("/static/../wsgi.py", 404),
        ("/signin?x=%00", 400),
        ("/signin?x=%ff", 400),
        (f"/signin?x={'y' * 9000}", 400),
    ],
)
def test_every_answer_carries_the_headers(app: Flask, people: Rows, path: str, status: int) -> None:
    answer = app.test_client().get(path)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for word in ("unsafe", "*", "http:", "data:"):
        assert word not in policy
    for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "form-action 'self'" in policy
    assert "Permissions-Policy" in answer.headers
    answer.close()
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_personal_pages_are_not_cached(people: Rows, kim: FlaskClient) -> None:
    answer = kim.get(PAGE)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_route_without_marker_stops_the_start(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: "open to all"

    with pytest.raises(Unmarked, match="forgotten"):
        require_markers(app)


def test_oversized_body_is_refused(people: Rows, kim: FlaskClient) -> None:
    answer = send(kim, PAGE, time_zone="x" * (2 * 1024 * 1024))

    assert answer.status_code == 413


def test_form_with_too_many_fields_is_refused(people: Rows, kim: FlaskClient) -> None:
    answer = send(kim, PAGE, **{f"field{number}": "x" for number in range(1001)})

    assert answer.status_code == 413


def test_failure_shows_a_reference_and_nothing_else(app: Flask, people: Rows) -> None:
    app.testing = False

    def broken() -> str:
        raise RuntimeError("a secret detail of the inside")

    app.view_functions["users.home"] = public(broken)
    answer = app.test_client().get("/")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "RuntimeError" not in answer.text
    assert re.search(r"reference [0-9a-f]{12}", answer.text)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "way_on"),
    [
        (PAGE, PAGE),
        (f"{PAGE}/photo", "/"),
        ("/admin/users/kim/enablement", "/"),
    ],
)
def test_refused_form_leads_back_to_its_page(kim: FlaskClient, path: str, way_on: str) -> None:
    refused = send(kim, path, csrf_token="wrong")

    assert refused.status_code >= 400
    assert f'<a class="button primary" href="{way_on}">' in refused.text


def test_refused_tries_are_recorded_and_bounded(people: Rows, kim: FlaskClient) -> None:
    for _ in range(12):
        assert kim.get("/admin/users").status_code == 403
    send(kim, "/candidates/new", page=PAGE, name="x")

    noted = raw(people).query("select * from audit_log where action = 'access refused'")
    assert [(row["actor_name"], row["target"], row["new_value"]) for row in noted] == [
        ("Kim Lund", "GET people.people", "1 try this hour"),
        ("Kim Lund", "GET people.people", "10 tries this hour"),
    ]
