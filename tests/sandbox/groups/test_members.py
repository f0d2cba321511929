"""Members of groups: direct and transitive, of all types or one, hidden, empty and in pages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.answers import error, names
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.groups.conftest import EVENTUAL
from tests.support.sandbox_server import Sandbox

GroupId = Callable[[str], str]


def test_members_name_their_type(reader: Caller, group_id: GroupId) -> None:
    found = reader.read(f"/groups/{group_id('Hiring')}/members?$select=id,displayName")

    assert sorted((one["@odata.type"], one["displayName"]) for one in found["value"]) == [
        ("#microsoft.graph.group", "Hiring managers"),
        ("#microsoft.graph.user", "Priya Kaur"),
    ]


def test_transitive_members_reach_into_groups(reader: Caller, group_id: GroupId) -> None:
    path = f"/groups/{group_id('Hiring')}"

    direct = reader.read(f"{path}/members/microsoft.graph.user")
    whole = reader.read(f"{path}/transitiveMembers/microsoft.graph.user")
    everything = reader.read(f"{path}/transitiveMembers")

    assert names(direct) == ["Priya Kaur"]
    assert sorted(names(whole)) == ["Priya Kaur", "Sam Reed"]
    assert sorted(names(everything)) == ["Hiring managers", "Priya Kaur", "Sam Reed"]
    assert "@odata.type" not in whole["value"][0]


def test_groups_within_each_other_list_each_member_once(
    tenant: Sandbox, reader: Caller, group_id: GroupId
) -> None:
    members = ["Hiring", "sam@northwind.example", "priya@northwind.example"]
    tenant.control("PATCH", "groups/Hiring managers", {"members": members})

    found = reader.read(f"/groups/{group_id('Hiring')}/transitiveMembers")

    assert sorted(names(found)) == ["Hiring managers", "Priya Kaur", "Sam Reed"]


def test_members_of_one_type_are_cast(tenant: Sandbox, group_id: GroupId) -> None:
    reader = application(tenant, "GroupMember.Read.All", "Directory.Read.All")
    path = f"/groups/{group_id('Managed laptops')}/members"

    assert names(reader.read(f"{path}/microsoft.graph.device")) == ["NW-LAPTOP-01"]
    assert names(reader.read(f"{path}/graph.user?$select=displayName")) == ["Kim Lund"]
    assert names(reader.read(f"{path}/microsoft.graph.orgContact")) == []
    refused = reader.call("GET", f"{path}/microsoft.graph.message")
    assert error(refused) == (400, "Request_UnsupportedQuery")


def test_properties_without_permission_are_null(tenant: Sandbox, group_id: GroupId) -> None:
    path = f"/groups/{group_id('Office news')}/members?$select=id,displayName,mail,accountEnabled"

    def shown(*roles: str) -> list[tuple[str, Any, Any]]:
        found = application(tenant, *roles).read(path)["value"]
        return sorted(
            (one["@odata.type"].rpartition(".")[2], one["displayName"], one.get("accountEnabled"))
            for one in found
        )

    blind = shown("GroupMember.Read.All")
    basic = shown("GroupMember.Read.All", "User.ReadBasic.All")
    full = shown("GroupMember.Read.All", "User.Read.All", "OrgContact.Read.All")

    assert blind == [("orgContact", None, None), ("user", None, None), ("user", None, None)]
    assert basic[1:] == [("user", "Gael Guest", None), ("user", "Kim Lund", None)]
    assert full == [
        ("orgContact", "Ines Agency", None),
        ("user", "Gael Guest", True),
        ("user", "Kim Lund", True),
    ]


def test_hidden_membership_is_empty_without_its_permission(
    tenant: Sandbox, reader: Caller, group_id: GroupId
) -> None:
    path = f"/groups/{group_id('Works council')}/transitiveMembers/microsoft.graph.user"
    allowed = application(tenant, "GroupMember.Read.All", "User.Read.All", "Member.Read.Hidden")
    kim = person(tenant, "kim@northwind.example", {"GroupMember.Read.All", "User.Read.All"})

    assert names(reader.read(path)) == []
    assert names(kim.read(path)) == []
    assert reader.call("GET", f"{path}/$count", headers=EVENTUAL).text == "0"
    assert sorted(names(allowed.read(path))) == ["Kim Lund", "Sam Reed"]


def test_hidden_membership_stays_hidden_within_another_group(
    tenant: Sandbox, reader: Caller, group_id: GroupId
) -> None:
    tenant.control("PATCH", "groups/Hiring", {"members": ["Works council"]})
    path = f"/groups/{group_id('Hiring')}/transitiveMembers?$select=displayName"
    allowed = application(tenant, "GroupMember.Read.All", "User.Read.All", "Member.Read.Hidden")

    assert names(reader.read(path)) == ["Works council"]
    assert sorted(names(allowed.read(path))) == ["Kim Lund", "Sam Reed", "Works council"]


def test_empty_group_has_no_members(reader: Caller, group_id: GroupId) -> None:
    assert reader.read(f"/groups/{group_id('Alumni')}/transitiveMembers")["value"] == []


def test_dynamic_group_holds_every_account_that_is_no_guest(
    tenant: Sandbox, reader: Caller, group_id: GroupId
) -> None:
    path = f"/groups/{group_id('Everybody')}/transitiveMembers/microsoft.graph.user"
    before = names(reader.read(path))

    tenant.control("POST", "users", {"userPrincipalName": "new@northwind.example"})

    assert {"Alex Berg", "Dana Disabled", "Northwind Jobs", "Aurora"} <= set(before)
    assert "Gael Guest" not in before
    assert set(names(reader.read(path))) - set(before) == {"New"}


def test_deleted_person_is_no_member_until_restored(
    tenant: Sandbox, reader: Caller, group_id: GroupId
) -> None:
    path = f"/groups/{group_id('Recruiting')}/members"
    tenant.control("PATCH", "users/priya@northwind.example", {"deleted": True})
    without = names(reader.read(path))

    tenant.control("PATCH", "users/priya@northwind.example", {"deleted": False})

    assert without == ["Alex Berg"]
    assert sorted(names(reader.read(path))) == ["Alex Berg", "Priya Kaur"]


def test_large_membership_comes_in_pages(tenant: Sandbox, reader: Caller) -> None:
    tenant.control("POST", "users/bulk", {"count": 130})
    members = [f"person{number}@northwind.example" for number in range(1, 131)]
    made = tenant.control("POST", "groups", {"displayName": "Crowd", "members": members})
    path = f"/groups/{made['id']}/transitiveMembers/microsoft.graph.user?$select=mail&$count=true"

    first = reader.read(path, headers=EVENTUAL)
    second = reader.read(first["@odata.nextLink"], headers=EVENTUAL)

    assert (len(first["value"]), first["@odata.count"], len(second["value"])) == (100, 130, 30)
    assert "@odata.nextLink" not in second
    assert sorted(one["mail"] for one in first["value"] + second["value"]) == sorted(members)
    assert "/transitiveMembers/microsoft.graph.user?" in first["@odata.nextLink"]


def test_filter_of_members_needs_the_eventual_index(reader: Caller, group_id: GroupId) -> None:
    path = f"/groups/{group_id('Everybody')}/members/microsoft.graph.user"
    query = {"$filter": "accountEnabled eq false and startswith(displayName,'D')", "$count": "true"}

    without = reader.call("GET", path, params=query)
    found = reader.read(path, params=query, headers=EVENTUAL)

    assert error(without) == (400, "Request_UnsupportedQuery")
    assert "Dana Disabled" in names(found)
    assert found["@odata.count"] == len(found["value"])


def test_members_are_searched(reader: Caller, group_id: GroupId) -> None:
    path = f"/groups/{group_id('Hiring')}/transitiveMembers"

    found = reader.read(path, params={"$search": '"displayName:sam"'}, headers=EVENTUAL)

    assert names(found) == ["Sam Reed"]


@pytest.mark.parametrize("role", ["User.Read.All", "Member.Read.Hidden", "Mail.Read"])
def test_members_need_a_permission_for_groups(
    tenant: Sandbox, group_id: GroupId, role: str
) -> None:
    path = f"/groups/{group_id('Recruiting')}/transitiveMembers"

    assert error(application(tenant, role).call("GET", path)) == (
        403,
        "Authorization_RequestDenied",
    )


def test_members_of_an_unknown_group_are_not_found(tenant: Sandbox, reader: Caller) -> None:
    unknown = tenant.oid("kim@northwind.example")

    answer = reader.call("GET", f"/groups/{unknown}/transitiveMembers/microsoft.graph.user")

    assert error(answer) == (404, "Request_ResourceNotFound")
