"""Delta of users: everyone at first, then additions, changes, deletions and restorations."""

from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox

SELECT = "$select=displayName,mail,accountEnabled,proxyAddresses,department"
KIM = "kim@northwind.example"
GONE = {"reason": "changed"}


def whole_round(app: Caller, path: str, **options: Any) -> tuple[list[dict[str, Any]], str]:
    """Read all items of a round, and the link to the next one."""
    page = app.read(path, **options)
    items = page["value"]
    while "@odata.nextLink" in page:
        page = app.read(page["@odata.nextLink"], **options)
        items += page["value"]
    return items, page["@odata.deltaLink"]


def test_first_round_lists_everyone_over_several_pages(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", "tenant", {"directoryPageSize": 4})
    everyone = app.read("/users")["value"]

    items, _ = whole_round(app, "/users/delta")

    assert sorted(one["id"] for one in items) == sorted(one["id"] for one in everyone)
    assert len(items) > 4


def test_last_page_of_the_first_round_is_empty(app: Caller) -> None:
    first = app.read("/users/delta")

    last = app.read(first["@odata.nextLink"])

    assert last["value"] == []
    assert "@odata.deltaLink" in last


def test_member_never_set_is_absent(tenant: Sandbox, app: Caller) -> None:
    items, _ = whole_round(app, f"/users/delta?{SELECT}")

    noah = next(one for one in items if one["displayName"] == "Noah Nomailbox")
    assert set(noah) == {"id", "displayName", "accountEnabled"}


def test_later_round_reports_changes_only(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, f"/users/delta?{SELECT}")
    tenant.control("PATCH", f"users/{KIM}", {"displayName": "Kim Lund-Berg"})

    items, _ = whole_round(app, link)

    assert [one["displayName"] for one in items] == ["Kim Lund-Berg"]
    assert items[0]["mail"] == KIM


def test_minimal_answer_has_changed_members_only(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, f"/users/delta?{SELECT}")
    tenant.control("PATCH", f"users/{KIM}", {"accountEnabled": False})
    minimal = {"Prefer": "return=minimal"}

    answer = app.call("GET", link, headers=minimal)

    assert answer.json()["value"] == [{"id": tenant.oid(KIM), "accountEnabled": False}]
    assert answer.headers["Preference-Applied"] == "odata.track-changes, return=minimal"


def test_cleared_value_is_null(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{KIM}", {"department": "Research"})
    _, link = whole_round(app, f"/users/delta?{SELECT}")
    tenant.control("PATCH", f"users/{KIM}", {"department": None})

    items, _ = whole_round(app, link)

    assert items[0]["department"] is None


def test_change_of_an_unselected_member_is_not_reported(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, f"/users/delta?{SELECT}")
    tenant.control("PATCH", f"users/{KIM}", {"jobTitle": "Boss"})

    items, _ = whole_round(app, link)

    assert items == []


def test_new_alias_and_new_domain_are_reported(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, f"/users/delta?{SELECT}")
    proxies = ["SMTP:kim@labs.example", f"smtp:{KIM}"]
    moved = {"userPrincipalName": "kim@labs.example", "proxyAddresses": proxies}
    tenant.control("PATCH", f"users/{KIM}", moved)

    items, _ = whole_round(app, link)

    assert items[0]["mail"] == "kim@labs.example"
    assert items[0]["proxyAddresses"] == proxies


def test_deletion_restoration_and_purge_are_reported(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, f"/users/delta?{SELECT}")
    oid = tenant.oid(KIM)

    tenant.control("PATCH", f"users/{KIM}", {"deleted": True})
    deleted, link = whole_round(app, link)
    tenant.control("PATCH", f"users/{KIM}", {"deleted": False})
    restored, link = whole_round(app, link)
    tenant.control("DELETE", f"users/{KIM}")
    purged, _ = whole_round(app, link)

    assert deleted == [{"id": oid, "@removed": GONE}]
    assert [one["displayName"] for one in restored] == ["Kim Lund"]
    assert purged == [{"id": oid, "@removed": {"reason": "deleted"}}]


def test_first_round_may_report_a_removal(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", f"users/{KIM}", {"deleted": True})

    items, _ = whole_round(app, "/users/delta")

    assert {"id": tenant.oid(KIM), "@removed": GONE} in items


def test_new_person_is_reported_once(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, "/users/delta")
    tenant.control("POST", "users", {"userPrincipalName": "new@northwind.example"})
    tenant.control("PATCH", "users/new@northwind.example", {"jobTitle": "Cook"})

    items, link = whole_round(app, link)
    again, _ = whole_round(app, link)

    assert [one["userPrincipalName"] for one in items] == ["new@northwind.example"]
    assert again == []


def test_latest_starts_with_an_empty_page(tenant: Sandbox, app: Caller) -> None:
    first = app.read("/users/delta?$deltatoken=latest")
    tenant.control("PATCH", f"users/{KIM}", {"displayName": "Somebody"})

    items, _ = whole_round(app, first["@odata.deltaLink"])

    assert first["value"] == []
    assert [one["displayName"] for one in items] == ["Somebody"]


def test_expired_token_links_to_a_new_round(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, "/users/delta")
    tenant.control("PATCH", "tenant", {"deltaLifetime": 0})

    answer = app.call("GET", link)

    assert error(answer) == (410, "resyncRequired")
    tenant.control("PATCH", "tenant", {"deltaLifetime": 60})
    items, _ = whole_round(app, answer.headers["Location"])
    assert len(items) == len(app.read("/users")["value"])


def test_switch_sets_the_error_code_of_an_expired_token(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, "/users/delta")
    switches = {"deltaLifetime": 0, "directoryDeltaErrorCode": "Directory_ExpiredPageToken"}
    tenant.control("PATCH", "tenant", switches)

    assert error(app.call("GET", link)) == (410, "Directory_ExpiredPageToken")


def test_round_can_be_limited_to_some_people(tenant: Sandbox, app: Caller) -> None:
    wanted = f"id eq '{tenant.oid(KIM)}' or id eq '{tenant.oid(PRIYA)}'"

    items, link = whole_round(app, "/users/delta", params={"$filter": wanted})
    tenant.control("PATCH", "users/sam@northwind.example", {"displayName": "Not asked for"})
    later, _ = whole_round(app, link)

    assert {one["displayName"] for one in items} == {"Kim Lund", "Priya Kaur"}
    assert later == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("$top=5", 400, "Request_UnsupportedQuery"),
        ("$orderby=displayName", 400, "Request_UnsupportedQuery"),
        ("$filter=accountEnabled eq true", 400, "Request_UnsupportedQuery"),
        ("$select=mailboxSettings", 501, "NotImplemented"),
        ("$select=shoeSize", 400, "BadRequest"),
        ("$deltatoken=nonsense", 400, "BadRequest"),
    ],
)
def test_delta_refuses_unsupported_options(app: Caller, query: str, status: int, code: str) -> None:
    assert error(app.call("GET", f"/users/delta?{query}")) == (status, code)


def test_delta_needs_the_permission_for_full_profiles(tenant: Sandbox) -> None:
    basic = person(tenant, PRIYA, {"User.ReadBasic.All"})
    full = person(tenant, PRIYA, {"User.Read.All"})

    assert error(basic.call("GET", "/users/delta")) == (403, "Authorization_RequestDenied")
    assert full.call("GET", "/users/delta").status_code == 200


def test_replayed_item_comes_again_on_the_next_page(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PATCH", "tenant", {"directoryPageSize": 5, "directoryReplay": True})

    items, link = whole_round(app, "/users/delta")
    later, _ = whole_round(app, link)

    ids = [one["id"] for one in items]
    assert len(set(ids)) == 14
    assert len(ids) > 14
    assert later == []


@pytest.mark.parametrize(
    ("soft", "expected"), [(True, {"reason": "changed"}), (False, {"reason": "deleted"})]
)
def test_emptied_directory_reports_every_removal(
    tenant: Sandbox, app: Caller, soft: bool, expected: dict[str, str]
) -> None:
    _, link = whole_round(app, "/users/delta")

    tenant.control("DELETE", "users", {"soft": soft, "except": [KIM]})

    told, _ = whole_round(app, link)
    assert [one["@removed"] for one in told] == [expected] * 13
    assert [one["userPrincipalName"] for one in app.read("/users")["value"]] == [KIM]


def test_people_are_added_in_bulk(tenant: Sandbox, app: Caller) -> None:
    _, link = whole_round(app, "/users/delta")
    tenant.control("POST", "users/bulk", {"count": 450})

    page = app.read(link)
    items, _ = whole_round(app, link)

    assert len(page["value"]) == 200
    assert len({one["id"] for one in items}) == 450
    # Their mailboxes are created on first use.
    assert app.read("/users/person7@northwind.example/mailFolders/inbox")["totalItemCount"] == 0
