"""The large organization: 80 people, of whom few recruit, and more than a hundred groups."""

from collections import Counter
from typing import Any

import pytest

from sandbox import seed
from sandbox.directory import store as people
from tests.sandbox.callers import Caller, application
from tests.support.sandbox_server import Sandbox

EVENTUAL = {"ConsistencyLevel": "eventual"}


@pytest.fixture
def large(tenant: Sandbox) -> Sandbox:
    tenant.control("POST", "enlarge")
    return tenant


@pytest.fixture
def reader(large: Sandbox) -> Caller:
    return application(large, "GroupMember.Read.All", "Directory.Read.All")


def recruiting(reader: Caller, path: str) -> Any:
    query = {"$filter": "displayName eq 'Recruiting'"}
    (group,) = reader.read("/groups", params=query)["value"]
    return reader.read(f"/groups/{group['id']}/{path}")["value"]


def test_organization_has_80_people_of_whom_6_recruit(large: Sandbox, reader: Caller) -> None:
    rows = [row for row in people.people(large.state) if row["purpose"] == "user"]

    kinds = Counter(row["user_type"] for row in rows)
    assert kinds == {"Member": 80, "Guest": 7}
    assert len(recruiting(reader, "transitiveMembers/microsoft.graph.user")) == 6
    assert len({row["display_name"] for row in rows}) == 87


def test_most_people_have_a_mailbox_that_opens(large: Sandbox, app: Caller) -> None:
    rows = [row for row in people.people(large.state) if row["purpose"] == "user"]
    answers = Counter(
        app.call("GET", f"/users/{row['id']}/mailFolders/inbox").status_code for row in rows
    )

    # Seven guests, and 16 people on other plans, on premises or without a license.
    assert answers == {200: 64, 404: 23}


def test_groups_need_more_than_one_page(reader: Caller) -> None:
    first = reader.read("/groups?$count=true&$select=displayName", headers=EVENTUAL)
    second = reader.read(first["@odata.nextLink"], headers=EVENTUAL)

    total = first["@odata.count"]
    assert (len(first["value"]), len(second["value"])) == (100, total - 100)
    assert total > 120


def test_newsletter_has_more_members_than_a_page(reader: Caller) -> None:
    query = {"$search": '"displayName:newsletter"'}
    (group,) = reader.read("/groups", params=query, headers=EVENTUAL)["value"]
    path = f"/groups/{group['id']}/members"

    first = reader.read(path)
    second = reader.read(first["@odata.nextLink"])

    assert (len(first["value"]), len(second["value"])) == (100, 30)
    assert reader.read(f"{path}/microsoft.graph.user")["value"] == []


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("Interviews", ("Public", ["Unified"], ["Team"], False)),
        ("Interviews private", ("Private", ["Unified"], ["Team"], False)),
        ("Interviews unlisted", ("Public", ["Unified"], ["Team"], True)),
        ("Interviews without Teams", ("Public", ["Unified"], [], False)),
        ("Interviews list", ("Public", [], ["Team"], None)),
    ],
)
def test_groups_for_interviews_lack_one_thing_each(
    reader: Caller, name: str, facts: tuple[Any, ...]
) -> None:
    (group,) = reader.read("/groups", params={"$filter": f"displayName eq '{name}'"})["value"]
    names = "visibility,groupTypes,resourceProvisioningOptions,hideFromAddressLists"

    found = reader.read(f"/groups/{group['id']}?$select={names}")

    assert tuple(found[one] for one in names.split(",")) == facts


def test_organization_grows_once_and_shrinks_by_a_reset(large: Sandbox) -> None:
    again = large.control("POST", "enlarge")
    number = people.number_of_people(large.state)

    large.control("POST", "reset")

    assert again == {"added": False}
    assert (number, people.number_of_people(large.state)) == (96, 14)
    assert seed.enlarge(large.state)
