"""Control of groups."""

import pytest
import requests

from tests.sandbox.answers import names
from tests.sandbox.callers import Caller
from tests.support.sandbox_server import Sandbox


def test_group_is_added_with_people_groups_contacts_and_devices(
    tenant: Sandbox, reader: Caller
) -> None:
    members = ["kim@northwind.example", "Hiring", "ines@agency.example", "NW-LAPTOP-01"]
    facts = {"displayName": "Mixed", "securityEnabled": True, "members": members}

    made = tenant.control("POST", "groups", facts)

    found = reader.read(f"/groups/{made['id']}/members")["value"]
    assert sorted(one["@odata.type"].rpartition(".")[2] for one in found) == [
        "device",
        "group",
        "orgContact",
        "user",
    ]


def test_address_makes_a_group_mail_enabled(tenant: Sandbox, reader: Caller) -> None:
    made = tenant.control("POST", "groups", {"displayName": "Interns", "groupTypes": ["Unified"]})
    before = reader.read(f"/groups/{made['id']}")

    tenant.control("PATCH", "groups/Interns", {"mail": "interns@northwind.example"})

    after = reader.read(f"/groups/{made['id']}")
    assert (before["mailEnabled"], before["proxyAddresses"]) == (False, [])
    assert after["mailEnabled"] is True
    assert after["proxyAddresses"] == ["SMTP:interns@northwind.example"]


def test_group_is_renamed_hidden_and_filled_anew(tenant: Sandbox, reader: Caller) -> None:
    made = tenant.control(
        "PATCH",
        "groups/recruiting@northwind.example",
        {"displayName": "Talent", "members": ["sam@northwind.example"]},
    )
    path = f"/groups/{made['id']}/members"
    before = names(reader.read(path))

    tenant.control("PATCH", "groups/Talent", {"visibility": "HiddenMembership"})

    assert before == ["Sam Reed"]
    assert names(reader.read(path)) == []
    assert reader.read(f"/groups/{made['id']}")["displayName"] == "Talent"


def test_deleted_group_leaves_the_groups_that_held_it(tenant: Sandbox, reader: Caller) -> None:
    tenant.control("DELETE", "groups/Hiring managers")

    by_name = {one["displayName"]: one for one in tenant.control("GET", "groups")["value"]}
    assert "Hiring managers" not in by_name
    assert by_name["Hiring"]["members"] == [tenant.oid("priya@northwind.example")]


def test_reset_restores_the_first_groups(tenant: Sandbox) -> None:
    before = tenant.control("GET", "groups")
    tenant.control("DELETE", "groups/Recruiting")

    tenant.control("POST", "reset")

    assert tenant.control("GET", "groups") == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "groups", {}, 400),
        ("POST", "groups", {"displayName": "recruiting"}, 400),
        ("POST", "groups", {"displayName": "New", "members": ["nobody@northwind.example"]}, 404),
        ("POST", "groups", {"displayName": "New", "mailEnabled": True}, 400),
        ("PATCH", "groups/Nothing", {"displayName": "New"}, 404),
        ("PATCH", "groups/Recruiting", {"shoeSize": 43}, 400),
    ],
)
def test_control_refuses_what_it_cannot_do(
    tenant: Sandbox, method: str, path: str, body: dict[str, object], status: int
) -> None:
    with pytest.raises(requests.HTTPError) as refusal:
        tenant.control(method, path, body)

    assert refusal.value.response.status_code == status
