"""Owners, the groups of a person, teams, and what Exchange keeps of a group."""

from collections.abc import Callable

import pytest

from sandbox import quirks
from tests.sandbox.answers import error, names
from tests.sandbox.callers import Caller, application, person
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

GroupId = Callable[[str], str]
SAM = "sam@northwind.example"
EVENTUAL = {"ConsistencyLevel": "eventual"}
FACTS = "hideFromAddressLists,allowExternalSenders"


def test_owners_need_not_be_members(reader: Caller, group_id: GroupId) -> None:
    path = f"/groups/{group_id('Works council')}"

    assert names(reader.read(f"{path}/owners?$select=id,displayName")) == ["Alex Berg"]
    assert reader.read(f"/groups/{group_id('Alumni')}/owners")["value"] == []


def test_groups_of_a_person_are_direct_or_nested(tenant: Sandbox, reader: Caller) -> None:
    path = f"/users/{SAM}"

    direct = reader.read(f"{path}/memberOf")["value"]
    nested = reader.read(f"{path}/transitiveMemberOf/microsoft.graph.group?$select=displayName")

    assert sorted(one["displayName"] for one in direct) == [
        "Everybody",
        "Hiring managers",
        "Works council",
    ]
    assert {one["@odata.type"] for one in direct} == {"#microsoft.graph.group"}
    assert sorted(names(nested)) == ["Everybody", "Hiring", "Hiring managers", "Works council"]


def test_own_groups_come_with_ids_alone(tenant: Sandbox) -> None:
    sam = person(tenant, SAM, {"User.Read"})
    found = sam.read("/me/memberOf")["value"]

    another = sam.call("GET", "/users/kim@northwind.example/memberOf")

    assert (len(found), {one["displayName"] for one in found}) == (3, {None})
    assert error(another) == (403, "Authorization_RequestDenied")


def test_owned_groups(tenant: Sandbox) -> None:
    alex = person(tenant, "alex@northwind.example", {"User.Read", "GroupMember.Read.All"})

    found = alex.read("/me/ownedObjects/microsoft.graph.group")

    assert sorted(names(found)) == ["Hiring", "Recruiting", "Works council"]


def test_membership_is_checked_for_twenty_groups(
    tenant: Sandbox, reader: Caller, group_id: GroupId
) -> None:
    hiring, council, alumni = map(group_id, ("Hiring", "Works council", "Alumni"))
    path = f"/users/{SAM}/checkMemberGroups"

    found = reader.call("POST", path, json={"groupIds": [hiring, alumni, council]})
    too_many = reader.call("POST", path, json={"groupIds": [hiring] * 21})
    owner = "/users/alex@northwind.example/checkMemberGroups"

    assert found.json()["value"] == [hiring, council]
    assert error(too_many) == (400, "Request_BadRequest")
    assert reader.call("POST", owner, json={"groupIds": [council]}).json()["value"] == []


def test_team_is_there_or_not(tenant: Sandbox, group_id: GroupId) -> None:
    app = application(tenant, "Group.Read.All")
    found = app.read(f"/groups/{group_id('Recruiting')}/team")
    council = f"/groups/{group_id('Works council')}/team"
    missing = app.call("GET", council)

    tenant.control("PATCH", "groups/Works council", {"hasOldTeam": True})

    assert found["displayName"] == "Recruiting"
    assert error(missing) == (404, "NotFound")
    assert app.read(council)["id"] == group_id("Works council")


def test_exchange_knows_a_group_alone_with_a_mailbox(tenant: Sandbox, group_id: GroupId) -> None:
    app = application(tenant, "Group.Read.All")
    priya = person(tenant, "priya@northwind.example", {"Group.Read.All"})
    path = f"/groups/{group_id('Recruiting')}?$select={FACTS}"
    whole = app.read(path)["hideFromAddressLists"]
    listed = app.call("GET", f"/groups?$select={FACTS}")
    security = app.read(f"/groups/{group_id('Hiring')}?$select={FACTS}")["hideFromAddressLists"]
    tenant.control("POST", "quirks", {quirks.GROUP_FACTS_FOR_PEOPLE.name: True})
    with_quirk = [one.read(path)["hideFromAddressLists"] for one in (app, priya)]

    tenant.control("PATCH", "groups/Recruiting", {"isFresh": True})

    assert (whole, security, with_quirk) == (False, None, [None, False])
    assert error(listed) == (400, "BadRequest")
    assert priya.read(path)["hideFromAddressLists"] is None


def test_many_groups_come_in_pages_and_are_searched(tenant: Sandbox, reader: Caller) -> None:
    tenant.control("POST", "groups/bulk", {"count": 350, "members": [SAM]})
    query = (
        '/groups?$search="displayName:Project 1"&$count=true'
        "&$filter=groupTypes/any(c:c eq 'Unified')&$select=id,displayName"
    )

    pages = [reader.read("/groups?$select=id")]
    while "@odata.nextLink" in pages[-1]:
        pages.append(reader.read(pages[-1]["@odata.nextLink"]))
    found = reader.read(query, headers=EVENTUAL)
    by_mail = reader.read("/groups?$filter=mail eq 'project-3@northwind.example'")

    assert [len(page["value"]) for page in pages] == [100, 100, 100, 59]
    assert found["@odata.count"] > 40
    assert names(by_mail) == ["Project 3"]


@pytest.mark.openapi
def test_answers_fit(tenant: Sandbox, group_id: GroupId) -> None:
    app = application(tenant, "Group.Read.All", "User.Read.All")
    group, user = f"/groups/{group_id('Recruiting')}", f"/users/{SAM}"
    for path, described in (
        (f"{group}/owners", "/groups/{group-id}/owners"),
        (f"{group}/team", "/groups/{group-id}/team"),
        (f"{user}/memberOf/microsoft.graph.group",
         "/users/{user-id}/memberOf/microsoft.graph.group"),
        (f"{user}/transitiveMemberOf/microsoft.graph.group",
         "/users/{user-id}/transitiveMemberOf/microsoft.graph.group"),
    ):  # fmt: skip  # a pair to a line or two
        openapi.assert_fits("GET", described, 200, app.read(path))
    asked = {"groupIds": [group_id("Hiring")]}
    checked = app.call("POST", f"{user}/checkMemberGroups", json=asked).json()
    openapi.assert_fits("POST", "/users/{user-id}/checkMemberGroups", 200, checked)
