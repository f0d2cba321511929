"""Conversations of groups: the mail of a Microsoft 365 group, read with a permission for groups."""

from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import application, person
from tests.sandbox.messages import PRIYA, raw_message
from tests.support.sandbox_server import Sandbox

RECRUITING = "recruiting@northwind.example"
ALEX = "alex@northwind.example"


def group_of(tenant: Sandbox, name: str) -> dict[str, Any]:
    groups = tenant.control("GET", "groups")["value"]
    return next(one for one in groups if one["displayName"] == name)


def path_of(tenant: Sandbox, name: str = "Recruiting") -> str:
    return f"/groups/{group_of(tenant, name)['id']}/conversations"


def test_mail_to_a_group_is_in_its_conversations(tenant: Sandbox) -> None:
    first = raw_message("Open day", To=RECRUITING)
    for member in (PRIYA, ALEX):
        tenant.deliver(member, first)
    again = {"From": f"Priya Kaur <{PRIYA}>", "To": ALEX, "Cc": RECRUITING}
    tenant.deliver(ALEX, raw_message("RE: Open day", **again))
    tenant.deliver(PRIYA, raw_message("For Priya alone"))

    (found,) = application(tenant, "Group.Read.All").read(path_of(tenant))["value"]

    assert set(found) == {
        "id", "topic", "hasAttachments", "lastDeliveredDateTime", "uniqueSenders", "preview"
    }  # fmt: skip  # one to a line says no more
    assert (found["topic"], found["uniqueSenders"]) == ("Open day", ["Rosa Ortega", "Priya Kaur"])
    assert found["preview"] == "Here is the portfolio."


def test_group_without_mail_has_no_conversation(tenant: Sandbox) -> None:
    reader = person(tenant, PRIYA, {"Group.Read.All"})

    assert reader.read(path_of(tenant))["value"] == []


def test_membership_permission_and_mail_permission_do_not_read_them(tenant: Sandbox) -> None:
    path = path_of(tenant)

    for role in ("GroupMember.Read.All", "Mail.Read"):
        refused = application(tenant, role).call("GET", path)
        assert error(refused) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize("name", ["Hiring", "Office news", "Facilities"])
def test_other_groups_have_none(tenant: Sandbox, name: str) -> None:
    answer = application(tenant, "Group.Read.All").call("GET", path_of(tenant, name))

    assert error(answer) == (404, "ErrorInvalidGroup")
