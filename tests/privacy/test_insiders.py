"""Addresses of the organization are never candidates, and their mail is never opened."""

from datetime import datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.privacy import domains, insiders
from portal.storage.rows import Rows
from portal.users import domain_store
from tests.candidates.form_fields import number_in
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

SAM = "sam@northwind.example"


def act(rows: Rows, now: datetime) -> Act:
    return Act(rows, Actor.system("test"), now)


def entry(rows: Rows, address: str, left_out: str = "") -> None:
    builders.insert(
        rows,
        "directory_entries",
        {
            "object_id": f"object-{address}",
            "new_user_id": f"user-{address}",
            "address": address,
            "folded_address": address,
            "display_name": address,
            "left_out": left_out,
            "round": 1,
            "is_settled": 1,
        },
    )


def verify(rows: Rows, name: str, now: datetime) -> None:
    with rows.write():
        domain_store.save(rows, "northwind", [name], now=now)


@pytest.mark.parametrize("left_out", ["", "shared", "room", "no_mailbox", "other_domain"])
def test_listed_in_the_directory_is_inside(rows: Rows, left_out: str) -> None:
    entry(rows, SAM, left_out)

    assert insiders.among(rows, [SAM, "Sam+jobs@northwind.example", ROSA]) == [
        SAM,
        "Sam+jobs@northwind.example",
    ]


@pytest.mark.parametrize("left_out", ["guest", "disabled", "removed", "deleted"])
def test_guests_and_former_people_are_outside(rows: Rows, left_out: str) -> None:
    entry(rows, SAM, left_out)

    assert insiders.among(rows, [SAM]) == []


def test_verified_domain_is_inside_until_it_is_taken_off(rows: Rows, now: datetime) -> None:
    verify(rows, "northwind.example", now)
    everybody = [SAM, "x@sub.northwind.example", "x@notnorthwind.example"]
    inside = [insiders.among(rows, everybody)]

    domains.take_off(act(rows, now), "northwind.example")
    inside.append(insiders.among(rows, everybody))
    domains.put_back(act(rows, now), "northwind.example")
    inside.append(insiders.among(rows, everybody))

    assert inside == [[SAM], [], [SAM]]


def test_unknown_domain_cannot_be_taken_off(rows: Rows, now: datetime) -> None:
    domains.take_off(act(rows, now), "northwind.example")
    verify(rows, "northwind.example", now)

    assert insiders.among(rows, [SAM]) == [SAM]


def test_alias_of_a_mailbox_is_inside(rows: Rows) -> None:
    builders.user(rows, "Priya Kaur")
    builders.alias(rows, "priya", "talent@other.example")

    assert insiders.among(rows, ["talent@other.example"]) == ["talent@other.example"]


def test_colleague_cannot_be_added_as_a_candidate(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    entry(env.rows, SAM)
    page = visit_connected.post(
        "/candidates",
        {
            "number": number_in(visit_connected.get("/candidates/new")),
            "name": "Sam",
            "headline": "",
            "addresses": SAM,
        },
    )

    assert page.status_code == 422
    assert f"{SAM} belongs to your organization" in page.text
    assert [each["name"] for each in raw(env.rows)["candidates"].rows] == ["Rosa Ortega"]


def test_colleagues_address_cannot_be_given_to_a_candidate(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    entry(env.rows, SAM)
    rosa = next(iter(raw(env.rows)["candidates"].rows))["id"]
    form = f"/candidates/{rosa}/details"
    number = number_in(visit_connected.get(form))
    addresses = f"{ROSA}\n{SAM}"
    page = visit_connected.post(
        form, {"number": number, "name": "Rosa", "headline": "", "addresses": addresses}
    )

    assert page.status_code == 422
    assert f"{SAM} belongs to your organization" in page.text


def test_internal_mail_is_not_kept_of_a_candidate_who_was_hired(env: EmailEnvironment) -> None:
    priya = env.connect(PRIYA)
    rosa = env.candidate("Rosa Ortega", ROSA, "rosa@northwind.example")
    env.arrives(PRIYA, raw_message("Before", sender="rosa@northwind.example"))
    env.sync(priya)
    entry(env.rows, "rosa@northwind.example")
    env.arrives(PRIYA, raw_message("Inside", sender="rosa@northwind.example"))
    env.arrives(PRIYA, raw_message("Outside", sender=ROSA))
    env.sync(priya)

    assert env.subjects(rosa) == ["Before", "Outside"]
    assert env.left_out() == {"inside": 1}


def test_page_of_a_hired_candidate_offers_to_remove_internal_mail(
    env: EmailEnvironment, visit_connected: Visitor, connected_priya: str
) -> None:
    rosa = env.candidate("Rosa Hired", ROSA, "rosa@northwind.example")
    env.arrives(PRIYA, raw_message("Before", sender="rosa@northwind.example"))
    env.arrives(PRIYA, raw_message("Outside", sender=ROSA))
    env.sync(connected_priya)
    entry(env.rows, "rosa@northwind.example")

    shown = visit_connected.text(f"/candidates/{rosa}")
    offered = visit_connected.text(f"/candidates/{rosa}/details")
    visit_connected.post(f"/candidates/{rosa}/former-mail/removal")

    assert "rosa@northwind.example belongs to your organization" in shown
    assert "1 message is in the feed only through" in offered
    assert env.subjects(rosa) == ["Outside"]
