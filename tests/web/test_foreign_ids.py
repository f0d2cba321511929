"""A person who may not use a thing is refused with its real id, on every route that takes an id.

A new route with an id is walked from the start, unless it is named here with the reason.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal import clock
from portal.storage.rows import Rows
from portal.web.access import Access, access_of
from tests.support import builders, many_rows
from tests.support.browser import ORIGIN, browser, token_on
from tests.support.raw_rows import raw

# Ids of things of Priya, or of the team, in the rows below.
IDS = {
    "candidate_id": "rosa",
    "message_id": "portfolio",
    "attachment_id": "portfolio-priya-cv.pdf",
    "mail_id": "interview",
    "file_id": "file-interview.pdf",
    "import_id": "list",
    "interview_id": "planned",
    "move_id": "planned-move",
    "finding_id": "removed0",
    "alias_id": "talent",
    "entry_id": "lawyer",
    "mailbox_account": "jobs",
    "account_id": "jobs",
    "template_id": "thanks",
    "calendar_id": "Hiring",
    "group_id": "group-Hiring",
    "object_id": "object-priya",
    "user_id": "priya",
    "kind_id": "interview",
    "invitation_id": "invitation0",
    "job_id": "mailbox-priya",
}
OTHER_IDS = {
    "earlier_mail.answer": {"candidate_id": "candidate0"},
    "earlier_mail.answer_entry": {"entry_id": "kept-out"},
}
WORDS = {"kind": "mailbox", "name": "groups"}
# Routes whose argument is no id of a thing, or is itself the proof of who may come.
NO_IDS = {
    "static": "a file of the program",
    "users.invitation": "the token is the proof",
    "departures.accept_invitation": "the token is the proof",
    "google_sign_in.accept_invitation": "the token is the proof",
    "flows.outcome": "the name of a page",
    "flows.consent_outcome": "the name of a page",
    "flows.google_outcome": "the name of a page",
    "own_sign_in.end_session": "says the same of every session; tested with users",
}
# What each member does with the candidates of the team. Limited people do none of it.
SHARED = {
    "candidates": "candidates belong to the team",
    "suggested_addresses": "the same",
    "composer": "whoever writes, writes from an address of their own",
    "email.delete_candidate": "the same as candidates",
    "email.remove_former_mail": "the same",
    "email_feed.message": "the team reads the mail with its candidates",
    "email_feed.text": "the same",
    "email_feed.attachment": "the same",
    "outbox.message": "the same",
    "outbox.text": "the same",
    "outbox.file": "the same",
    "interviews": "the team schedules together",
    "interview_plan": "the same",
    "interview_changes": "the same",
    "interview_homes": "the same",
    "interview_panels": "the same",
    "interview_places": "the same",
    "interview_moves": "the same",
    "interview_times": "the same",
    "interview_watch": "the same",
    "interview_findings": "the same",
    "interview_reschedule": "the same",
    "interview_rooms": "the same",
}
FORM = {"answer": "leave", "asked_at": "2026-11-24T14:00:00Z", "on": "1", "start": "now"}
# Pages of one person, by the ids above.
OWN_PAGES = {
    "email_settings.choose_alias_start",
    "email_settings.settings",
    "mail_templates.show",
    "imports.show",
    "privacy_settings.own_entry",
    "shared_mailbox_reader.page",
}
# There, the alias and the entry above are not known: they are Priya's own.
BELOW_SHARED_MAILBOX = "/settings/mailboxes/jobs/"
VISITS = {"sessions", "rate_limits", "audit_log", "candidate_visits", "alert_openings"}
# A route is walked by its method, path and endpoint.
Place = tuple[str, str, str]


@pytest.fixture
def rows(rows: Rows, now: datetime) -> Rows:
    """Priya has nearly everything. Sam is a member, and Noa limited; neither has anything."""
    many_rows.fill(rows, 2, now=now)
    builders.user(rows, "Sam Reed")
    builders.user(rows, "Noa Levi", role="limited")
    # After a day the file would be gone for its owner too.
    raw(rows).execute("update candidate_imports set created_at = ?", [clock.text(clock.utc_now())])
    raw(rows).execute(
        "insert into held_entries (id, user_id, folded, is_domain, asked_at, asked_by) "
        "values ('kept-out', 'priya', 'law.example', 1, ?, 'Alex Berg')",
        [clock.text(now)],
    )
    return rows


def content(rows: Rows) -> dict[str, list[dict[str, object]]]:
    return {table.name: list(table.rows) for table in raw(rows).tables if table.name not in VISITS}


def ids_in(rows: Rows) -> set[object]:
    return {value for table in content(rows).values() for row in table for value in row.values()}


def places(app: Flask) -> Iterator[Place]:
    """Every route that takes an id."""
    for rule in app.url_map.iter_rules():
        if rule.arguments and rule.endpoint not in NO_IDS:
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield method, path_of(rule), rule.endpoint


def path_of(rule: Rule) -> str:
    ids = {**IDS, **WORDS, **OTHER_IDS.get(rule.endpoint, {})}
    one_of_several = re.sub(r"<any\('([^']+)'[^>]*>", r"\1", rule.rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids[found[1]], one_of_several)


def is_shared(place: Place) -> bool:
    endpoint = place[2]
    return endpoint in SHARED or endpoint.partition(".")[0] in SHARED


def walk(person: FlaskClient, found: list[Place]) -> dict[Place, int]:
    """The answer to each."""
    form = {"csrf_token": token_on(person.get("/settings/needs-you").text), **FORM}
    answers = {}
    for place in found:
        method, path, _ = place
        if method == "GET":
            answers[place] = person.get(path).status_code
        else:
            answers[place] = person.post(path, data=form, headers=ORIGIN).status_code
    return answers


def tries(rows: Rows, user_id: str) -> list[str]:
    """Actions that the audit log holds of a person."""
    return [row["action"] for row in raw(rows)["audit_log"].rows if row["actor_id"] == user_id]


@pytest.mark.parametrize("user_id", ["sam", "noa"])
def test_real_ids_of_others_are_refused(rows: Rows, app: Flask, user_id: str) -> None:
    """A limited person may use nothing; a member what the team shares, and no more."""
    found = [each for each in places(app) if user_id == "noa" or not is_shared(each)]
    before = content(rows)

    answers = walk(browser(app, user_id), found)

    assert {place: code for place, code in answers.items() if code not in (403, 404)} == {}
    assert {name for name, kept in content(rows).items() if kept != before[name]} == set()
    by_role = list(answers.values()).count(403)
    # The first, the tenth and the hundredth of an hour; a new hour may begin on the way.
    assert len(str(by_role)) <= len(tries(rows, user_id)) <= 2 * len(str(by_role))
    assert {*tries(rows, user_id)} == {"access refused"}


def test_walked_ids_are_real(rows: Rows, app: Flask) -> None:
    """Their owner opens the same pages."""
    walked = {value for each in (IDS, *OTHER_IDS.values()) for value in each.values()}
    own = [each for each in places(app) if each[0] == "GET" and each[2] in OWN_PAGES]
    own = [each for each in own if not each[1].startswith(BELOW_SHARED_MAILBOX)]

    assert walked - ids_in(rows) == set()
    answers = walk(browser(app, "priya"), own)
    assert {place: code for place, code in answers.items() if code != 200} == {}
    assert {each[2] for each in own} == OWN_PAGES


def test_exceptions_are_routes(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}

    blueprints = {each.partition(".")[0] for each in endpoints}

    assert {*NO_IDS, *OTHER_IDS} <= endpoints
    assert {*SHARED} <= endpoints | blueprints


def test_limited_people_have_no_way_to_what_is_shared(app: Flask) -> None:
    """But to an interview that they are invited to."""
    shared = {each[2] for each in places(app) if is_shared(each)}

    signed_in = {each for each in shared if access_of(app, each) is Access.SIGNED_IN}

    assert signed_in == {"interviews.show"}
