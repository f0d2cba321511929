"""The pages of a shared mailbox: its owners take the decisions that others take for their own."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.email import settings_store
from portal.email.models import Reason
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


# On the pages of a shared mailbox, each of these would speak of the reader's own.
OF_ONES_OWN = re.compile(
    r"\b(?:your|my) (?:own )?(?:mailbox|mail|address\w*|alias|account|Microsoft 365 directory)\b"
    r"|\bof yours\b|\bwaits for you\b|\bAsk me\b|\byou (?:decide|hide|bring)\b"
    r"|Waiting for your organization",
    re.IGNORECASE,
)


@pytest.fixture
def talkative(team: Rows, now: datetime) -> Rows:
    """A mailbox about which its pages have much to say."""
    raw(team).execute("delete from aliases where user_id = 'jobs' and is_primary = 0")
    builders.alias(team, "jobs", "gone@northwind.example", gone_at=now, change="gone")
    builders.alias(team, "jobs", "seen@northwind.example", seen_in_mail_at=now, is_included=1)
    for reason in Reason:
        builders.left_out(team, "jobs", now.date().isoformat(), reason, 2)
    return team


@pytest.mark.parametrize(
    ("change", "is_read"),
    [
        ("select 1", True),
        ("select 1", False),
        ("update mailboxes set is_syncing = 0", False),
        ("update mailboxes set stage = 'headers', total_count = 10", True),
        ("update mailboxes set failure = 'It failed.', failed_at = '2026-11-01T00:00:00Z'", True),
        (
            "insert into asking_owners (user_id, since) values ('jobs', '2026-11-01T00:00:00Z')",
            True,
        ),
        ("delete from aliases", True),
        ("delete from mailboxes", False),
    ],
)
def test_pages_speak_of_the_shared_mailbox(
    priya: FlaskClient, talkative: Rows, change: str, is_read: bool
) -> None:
    if is_read:
        builders.consent(talkative, at=builders.EARLIER)
        role = {"role": "Mail.Read", "granted_at": builders.EARLIER}
        builders.insert(talkative, "consent_roles", role)
        raw(talkative).execute("update users set tenant_id = 'northwind' where id = 'jobs'")
    raw(talkative).execute(change)
    added = send(priya, f"{PAGE}/never-sync", address="law.example").location
    below = ["", "/sync", "/never-sync", "/candidates", "/earlier-mail"]

    said = [words(priya.get(path).text) for path in [*(PAGE + each for each in below), added]]

    assert [OF_ONES_OWN.findall(each) for each in said] == [[]] * 6
    assert ("Nothing is synced now" in said[0]) is not is_read


def words(html: str) -> str:
    """The text of the part that is about the mailbox."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_mailbox_whose_reader_was_lost_waits_for_no_consent(priya: FlaskClient, team: Rows) -> None:
    said = words(priya.get(PAGE).text)

    assert "On, but Portal cannot read this mailbox now." in said
    assert "Waiting for" not in said


def test_what_is_done_is_said_of_the_shared_mailbox(priya: FlaskClient, team: Rows) -> None:
    def told(path: str, **fields: str) -> str:
        answer = send(priya, f"{PAGE}{path}", **fields)
        return words(priya.get(answer.location).text)

    added = send(priya, f"{PAGE}/never-sync", address="law.example").location.removeprefix(PAGE)
    asked = told("/asking", on="1")
    taken_off = told(f"{added}/removal")

    where = "The mailbox jobs@northwind.example is read again for what it kept out."
    assert f"Everyone at law.example is off the list. {where}" in taken_off
    assert "The owners of jobs@northwind.example are asked before earlier mail" in asked


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
