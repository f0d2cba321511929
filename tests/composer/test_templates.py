"""Templates: a member's own and the team's, saved, changed and removed."""

from typing import Any

import pytest
from flask import Flask

from portal.composer.flash_texts import ComposerFlash
from portal.composer.placeholders import LISTED
from portal.composer.templates import MOST
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

PAGE = "/settings/templates"
THANKS = {"name": "Thanks", "subject": "Hi {candidate_name}", "text": "Thank you,\r\n{my_name}"}


@pytest.fixture
def alex(ready: Rows, app: Flask) -> Visitor:
    builders.user(ready, "Alex Berg", role="admin")
    return visitor(app, "alex")


def templates(rows: Rows) -> list[tuple[Any, ...]]:
    found = raw(rows).query(
        "select owner_id, name, subject, text from mail_templates order by name, owner_id"
    )
    return [tuple(row.values()) for row in found]


def audited(rows: Rows) -> list[tuple[Any, ...]]:
    found = raw(rows).query(
        "select action, target from audit_log where action like 'template%' order by rowid"
    )
    return [tuple(row.values()) for row in found]


@claims(ComposerFlash.TEMPLATE_SAVED, ComposerFlash.TEMPLATE_REMOVED)
def test_a_member_keeps_templates_of_their_own(ready: Rows, app: Flask, priya: Visitor) -> None:
    answer = priya.post(PAGE, THANKS | {"whose": "own"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert templates(ready) == [("priya", "Thanks", "Hi {candidate_name}", "Thank you,\n{my_name}")]
    page = priya.text(PAGE)
    assert "The template “Thanks” is saved." in page
    (own,) = [row["id"] for row in raw(ready)["mail_templates"].rows]

    priya.post(f"{PAGE}/{own}", THANKS | {"name": "Thank you", "subject": "Hello"})
    assert templates(ready) == [("priya", "Thank you", "Hello", "Thank you,\n{my_name}")]
    sam = visitor(app, "sam")
    assert "Thank you" not in sam.get(PAGE).text
    assert sam.get(f"{PAGE}/{own}").status_code == 404
    assert sam.post(f"{PAGE}/{own}", THANKS).status_code == 404
    assert sam.post(f"{PAGE}/{own}/removal").status_code == 404
    assert len(templates(ready)) == 1

    assert priya.post(f"{PAGE}/{own}/removal").status_code == 303
    assert priya.post(f"{PAGE}/{own}/removal").status_code == 404
    assert templates(ready) == []
    assert audited(ready) == []


def test_administrators_change_the_templates_of_the_team(
    ready: Rows, priya: Visitor, alex: Visitor
) -> None:
    alex.post(PAGE, THANKS | {"whose": "team"})
    (own,) = [row["id"] for row in raw(ready)["mail_templates"].rows]
    page = priya.text(f"{PAGE}/{own}")
    assert "Administrators change it." in page
    assert "Hi {candidate_name}" in page

    for answer in (
        priya.post(f"{PAGE}/{own}", THANKS | {"name": "Mine"}),
        priya.post(f"{PAGE}/{own}/removal"),
        priya.post(PAGE, THANKS | {"whose": "team"}),
    ):
        assert answer.status_code == 403
    assert [row[:2] for row in templates(ready)] == [(None, "Thanks")]

    alex.post(f"{PAGE}/{own}", THANKS | {"name": "Thank you"})
    alex.post(f"{PAGE}/{own}/removal")
    assert templates(ready) == []
    assert audited(ready) == [
        ("template of team added", "Thanks"),
        ("template of team changed", "Thank you"),
        ("template of team removed", "Thank you"),
    ]


KNOWN = f"Portal knows {LISTED}."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"text": "At {booking_time}"}, f"{{booking_time}} is no placeholder. {KNOWN}"),
        ({"subject": "{booking_link}"}, f"{{booking_link}} is no placeholder. {KNOWN}"),
        ({"subject": "Hi\nBcc: x@x.example"}, "This has to stay on one line."),
        ({"subject": "Hi\u2028Bcc: x@x.example"}, "This has to stay on one line."),
        ({"text": "a\x00b"}, "invisible control character"),
        ({"name": "n" * 81}, "This is too long: 81 characters, and 80 fit."),
        ({"subject": "s" * 256}, "This is too long: 256 characters, and 255 fit."),
        ({"text": " "}, "Please fill in “Message”."),
        ({"name": ""}, "Please fill in “Name”."),
        ({"name": "WELCOME"}, "You have another template of this name."),
    ],
)
def test_other_templates_are_refused(
    ready: Rows, priya: Visitor, values: dict[str, str], sentence: str
) -> None:
    builders.template(ready, "Welcome", owner="priya")
    builders.template(ready, "Other", owner="priya")
    before = templates(ready)

    for path in (PAGE, f"{PAGE}/other"):
        answer = priya.post(path, THANKS | values)
        assert answer.status_code == 422
        assert sentence in words(answer)
    assert templates(ready) == before


def test_a_name_may_stay_and_may_be_used_in_another_list(ready: Rows, priya: Visitor) -> None:
    builders.template(ready, "Welcome")
    own = builders.template(ready, "Thanks", owner="priya")

    assert priya.post(f"{PAGE}/{own}", THANKS).status_code == 303
    assert priya.post(PAGE, THANKS | {"name": "Welcome"}).status_code == 303
    assert [row[:2] for row in templates(ready)] == [
        ("priya", "Thanks"),
        (None, "Welcome"),
        ("priya", "Welcome"),
    ]


def test_a_list_ends_at_200_templates(ready: Rows, priya: Visitor) -> None:
    for number in range(MOST):
        builders.template(ready, f"Own{number}", owner="priya")

    answer = priya.post(PAGE, THANKS)

    assert answer.status_code == 422
    assert "There are 200 templates in this list. Remove one first." in words(answer)
    assert len(templates(ready)) == MOST
