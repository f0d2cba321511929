"""/groups: members, filters, search, order, pages, permissions and refusals."""

from collections.abc import Callable

import pytest

from tests.sandbox.answers import error, names
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.groups.conftest import EVENTUAL
from tests.support.sandbox_server import Sandbox

ALL = [
    "Alumni",
    "Everybody",
    "Facilities",
    "Hiring",
    "Hiring managers",
    "Managed laptops",
    "Office news",
    "Recruiting",
    "Works council",
]


def test_groups_are_listed_by_id_without_an_order(reader: Caller) -> None:
    found = reader.read("/groups")

    assert sorted(names(found)) == ALL
    ids = [one["id"] for one in found["value"]]
    assert ids == sorted(ids)


def test_group_has_the_selected_members(reader: Caller, group_id: Callable[[str], str]) -> None:
    path = f"/groups/{group_id('Recruiting')}"

    found = reader.read(f"{path}?$select=displayName,mail,groupTypes,MAILENABLED,securityEnabled")

    assert found == {
        "@odata.context": f"{reader.sandbox.url}/v1.0/$metadata#groups"
        "(displayName,mail,groupTypes,mailEnabled,securityEnabled)/$entity",
        "id": group_id("Recruiting"),
        "displayName": "Recruiting",
        "mail": "recruiting@northwind.example",
        "groupTypes": ["Unified"],
        "mailEnabled": True,
        "securityEnabled": False,
    }


def test_members_from_exchange_come_with_one_group_alone(
    reader: Caller, group_id: Callable[[str], str]
) -> None:
    query = "?$select=hideFromAddressLists,allowExternalSenders"
    one = reader.read(f"/groups/{group_id('Recruiting')}{query}")
    security = reader.read(f"/groups/{group_id('Alumni')}{query}")

    assert (one["hideFromAddressLists"], security["hideFromAddressLists"]) == (False, None)
    assert "hideFromAddressLists" not in reader.read(f"/groups/{group_id('Recruiting')}")
    assert error(reader.call("GET", f"/groups{query}")) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("startswith(displayName,'hir')", ["Hiring", "Hiring managers"]),
        ("startswith(mail,'rec')", ["Recruiting"]),
        ("mail eq 'RECRUITING@northwind.example'", ["Recruiting"]),
        ("groupTypes/any(c:c eq 'Unified')", ["Recruiting", "Works council"]),
        ("mailEnabled eq true and securityEnabled eq true", ["Facilities"]),
        ("mailEnabled eq true and securityEnabled eq false and startswith(displayName,'O')",
         ["Office news"]),
    ],
)  # fmt: skip  # a condition to a line
def test_filter_finds_groups(reader: Caller, condition: str, expected: list[str]) -> None:
    found = reader.read("/groups", params={"$filter": condition})

    assert sorted(names(found)) == expected


@pytest.mark.parametrize(
    "condition",
    ["visibility eq 'Public'", "resourceProvisioningOptions/any(x:x eq 'Team')",
     "mailEnabled ne true", "not startswith(displayName,'H')"],
)  # fmt: skip  # a condition to a line
def test_filter_that_the_directory_lacks_is_refused(reader: Caller, condition: str) -> None:
    answer = reader.call("GET", "/groups", params={"$filter": condition})

    assert error(answer) == (400, "Request_UnsupportedQuery")


def test_advanced_filter_works_with_the_eventual_index(reader: Caller) -> None:
    query = {"$filter": "not startswith(displayName,'H') and mailEnabled eq true"}

    found = reader.read("/groups", params={**query, "$count": "true"}, headers=EVENTUAL)

    assert sorted(names(found)) == ["Facilities", "Office news", "Recruiting", "Works council"]
    assert found["@odata.count"] == 4


def test_search_needs_the_eventual_index(reader: Caller) -> None:
    query = {"$search": '"displayName:hir"', "$count": "true", "$orderby": "displayName"}

    without = reader.call("GET", "/groups", params=query)
    found = reader.read("/groups", params=query, headers=EVENTUAL)

    assert error(without) == (400, "Request_UnsupportedQuery")
    assert (names(found), found["@odata.count"]) == (["Hiring", "Hiring managers"], 2)


def test_search_and_filter_narrow_together(reader: Caller) -> None:
    query = {
        "$search": '"displayName:re" OR "mail:works"',
        "$filter": "groupTypes/any(c:c eq 'Unified')",
        "$count": "true",
    }

    found = reader.read("/groups", params=query, headers=EVENTUAL)

    assert sorted(names(found)) == ["Recruiting", "Works council"]


def test_order_with_a_filter_needs_the_eventual_index(reader: Caller) -> None:
    query = {"$filter": "securityEnabled eq true", "$orderby": "displayName desc"}

    without = reader.call("GET", "/groups", params=query)
    found = reader.read("/groups", params={**query, "$count": "true"}, headers=EVENTUAL)

    assert error(without) == (400, "Request_UnsupportedQuery")
    assert names(found) == sorted(names(found), reverse=True)
    assert names(reader.read("/groups?$orderby=displayName")) == ALL
    assert error(reader.call("GET", "/groups?$orderby=mail")) == (400, "Request_UnsupportedQuery")


def test_pages_list_each_group_once(reader: Caller) -> None:
    page = reader.read("/groups?$top=2&$count=true&$select=displayName", headers=EVENTUAL)
    seen, counts = names(page), [page.get("@odata.count")]

    while "@odata.nextLink" in page:
        page = reader.read(page["@odata.nextLink"], headers=EVENTUAL)
        seen += names(page)
        counts.append(page.get("@odata.count"))

    assert sorted(seen) == ALL
    assert counts == [9, None, None, None, None]


def test_search_of_a_next_page_needs_the_header_again(reader: Caller) -> None:
    query = '?$search="displayName:hir"&$count=true&$top=1'
    page = reader.read(f"/groups{query}", headers=EVENTUAL)

    assert error(reader.call("GET", page["@odata.nextLink"])) == (400, "Request_UnsupportedQuery")


@pytest.mark.parametrize("size", ["1000", "5000"])
def test_page_beyond_the_limit_is_refused(reader: Caller, size: str) -> None:
    answer = reader.call("GET", f"/groups?$top={size}")

    assert error(answer) == (400, "Request_UnsupportedQuery")
    assert f"Invalid page size specified: '{size}'" in answer.json()["error"]["message"]


def test_groups_are_counted_with_the_eventual_index(reader: Caller) -> None:
    answer = reader.call("GET", "/groups/$count", headers=EVENTUAL)

    assert (answer.text, answer.headers["Content-Type"]) == ("9", "text/plain")
    assert error(reader.call("GET", "/groups/$count")) == (400, "Request_BadRequest")


def test_unknown_and_malformed_ids_differ(tenant: Sandbox, reader: Caller) -> None:
    user = reader.call("GET", f"/groups/{tenant.oid('jobs@northwind.example')}")
    address = reader.call("GET", "/groups/recruiting@northwind.example")

    assert error(user) == (404, "Request_ResourceNotFound")
    assert error(address) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("GroupMember.Read.All", 200),
        ("Group.Read.All", 200),
        ("Directory.Read.All", 200),
        ("User.Read.All", 403),
    ],
)
def test_groups_need_a_permission(tenant: Sandbox, role: str, status: int) -> None:
    as_app = application(tenant, role).call("GET", "/groups")
    as_person = person(tenant, "priya@northwind.example", {role}).call("GET", "/groups")

    assert (as_app.status_code, as_person.status_code) == (status, status)
    if status == 403:
        assert error(as_app) == (403, "Authorization_RequestDenied")


def test_contacts_need_their_own_permission(tenant: Sandbox, reader: Caller) -> None:
    found = application(tenant, "OrgContact.Read.All").read("/contacts?$select=displayName,mail")

    assert [one["mail"] for one in found["value"]] == ["ines@agency.example"]
    assert error(reader.call("GET", "/contacts")) == (403, "Authorization_RequestDenied")
