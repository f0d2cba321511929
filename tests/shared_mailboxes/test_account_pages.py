"""The pages of a shared mailbox: its owners take the decisions that others take for their own."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.email import settings_store
from portal.privacy import store as privacy
from portal.shared_mailboxes import store
from portal.storage.rows import Rows
from tests import pages
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

PAGE = "/settings/mailboxes/jobs"
READ = ["", "/why", "/never-sync", "/candidates", "/earlier-mail", "/aliases/careers/inclusion"]
JOBS = {"mailbox_account": "jobs"}
CHANGES = [
    "/sync",
    "/asking",
    "/check",
    "/addresses",
    "/removal",
    "/why",
    "/never-sync",
    "/aliases/careers/inclusion",
    "/aliases/careers/removal",
]


@pytest.fixture
def team(team: Rows) -> Rows:
    builders.alias(team, "jobs", "jobs@northwind.example", is_primary=1, is_included=1)
    builders.alias(team, "jobs", "careers@northwind.example")
    return team


@pytest.mark.parametrize("path", READ)
def test_owner_opens_the_pages(priya: FlaskClient, path: str) -> None:
    page = priya.get(PAGE + path)

    assert page.status_code == 200
    assert pages.complaints(page.text) == []
    assert "jobs@northwind.example" in page.text


@pytest.mark.parametrize("person", ["alex", "kim"])
@pytest.mark.parametrize("path", READ)
def test_others_do_not_find_them(app: Flask, team: Rows, person: str, path: str) -> None:
    assert browser(app, person).get(PAGE + path).status_code == 404


@pytest.mark.parametrize("path", CHANGES)
def test_others_change_nothing(alex: FlaskClient, team: Rows, path: str) -> None:
    answer = send(alex, PAGE + path, on="0", address="rosa@mail.example")

    assert answer.status_code == 404
    assert settings_store.is_syncing(team, "jobs") is True
    assert privacy.entries_of(team, "jobs") == []


@pytest.mark.parametrize("path", ["", "/why", "/candidates", "/never-sync"])
def test_owner_who_no_longer_recruits_decides_nothing(
    priya: FlaskClient, team: Rows, path: str
) -> None:
    raw(team).execute("update users set role = 'limited' where id = 'priya'")

    assert priya.get(f"{PAGE}{path}").status_code == 404
    assert priya.get("/settings/shared-mailboxes/jobs/reader").status_code == 404
    assert PAGE not in priya.get("/settings/email").text
    assert store.undecided(team) == ["jobs@northwind.example"]


def test_visitor_signs_in_first(app: Flask, team: Rows) -> None:
    answer = app.test_client().get(PAGE, base_url="http://localhost")

    assert (answer.status_code, answer.location) == (303, "/signin")


def test_own_page_names_the_shared_mailboxes(priya: FlaskClient, alex: FlaskClient) -> None:
    assert f'href="{PAGE}"' in priya.get("/settings/email").text
    assert PAGE not in alex.get("/settings/email").text


def test_links_stay_at_the_mailbox_and_lead_back(priya: FlaskClient) -> None:
    html = priya.get(PAGE).text

    assert re.search(r'href="/settings/email"\s+aria-current="page"', html)
    for below in ("/why", "/never-sync", "/candidates", "/sync"):
        assert f'"{PAGE}{below}"' in html
    assert 'class="back"\n       href="/settings/email"' in html


def test_switch_turns_the_shared_mailbox_off_alone(priya: FlaskClient, team: Rows) -> None:
    builders.mailbox(team, "priya")

    answer = send(priya, f"{PAGE}/sync", on="0")

    assert answer.location == PAGE
    assert settings_store.is_syncing(team, "jobs") is False
    assert settings_store.is_syncing(team, "priya") is True
    (entry,) = audit.entries(team, Wanted(action="email sync turned off"))
    assert (entry.target, entry.actor.name) == ("Jobs <jobs@northwind.example>", "Priya Kaur")


def test_never_sync_is_a_list_of_its_own(priya: FlaskClient, team: Rows) -> None:
    answer = send(priya, f"{PAGE}/never-sync", address="rosa@mail.example")

    (entry,) = privacy.entries_of(team, "jobs")
    assert answer.location == f"{PAGE}/never-sync/{entry.id}"
    assert privacy.entries_of(team, "priya") == []
    assert priya.get(f"/settings/email/never-sync/{entry.id}").status_code == 404
    (noted,) = audit.entries(team, Wanted(action="never sync entry added"))
    assert noted.target == "list of jobs@northwind.example"


def test_alias_of_another_mailbox_is_not_found(priya: FlaskClient) -> None:
    assert priya.get("/settings/email/aliases/careers/inclusion").status_code == 404


def test_administrators_are_told_when_nobody_decides(
    app: Flask, alex: FlaskClient, team: Rows
) -> None:
    marked = re.compile(r'href="/admin/privacy"\s*>\s*Privacy\s*<span class="dot">')
    before = alex.get("/settings/email").text
    raw(team).execute("update users set is_enabled = 0 where id = 'priya'")

    assert marked.search(before) is None
    assert marked.search(alex.get("/settings/email").text)
    assert not marked.search(browser(app, "kim").get("/settings/email").text)


def test_it_has_a_row_on_jobs(alex: FlaskClient) -> None:
    assert re.search(r'scope="row">\s*(<bdi>)?Jobs', alex.get("/admin/jobs").text)


def test_every_page_is_for_owners_alone(app: Flask, alex: FlaskClient) -> None:
    """Also those that are added later: each page about one's own mailbox has such a path."""
    matcher = app.url_map.bind("localhost")
    rules = [each for each in app.url_map.iter_rules() if "mailbox_account" in each.arguments]
    assert {PAGE + path for path in READ} <= {
        matcher.build(each.endpoint, dict.fromkeys(each.arguments, "careers") | JOBS)
        for each in rules
    }

    for rule in rules:
        path = matcher.build(rule.endpoint, dict.fromkeys(rule.arguments, "x") | JOBS)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = alex.get(path) if method == "GET" else send(alex, path, on="1")
            assert (path, answer.status_code) == (path, 404)
