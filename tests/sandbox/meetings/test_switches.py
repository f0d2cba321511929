"""The switches of meetings, as control sets them."""

from typing import Any

import pytest
import requests

from tests.support.sandbox_server import Sandbox

USUAL = {
    "teams": "now",
    "groupTeams": "refused",
    "teamsSeconds": 5,
    "roomsDecline": False,
    "roomAnswerSeconds": 0,
    "candidatesAnswerGroups": False,
    "deletedCopiesDecline": False,
    "repeatsTell": "everybody",
    "unsentChangesCopies": False,
}


def test_switches_change_and_a_reset_ends_them(tenant: Sandbox) -> None:
    usual = tenant.control("GET", "meetings")
    changed = tenant.control("PATCH", "meetings", {"teams": "late", "roomAnswerSeconds": None})
    tenant.control("POST", "reset")

    assert usual == USUAL
    assert changed == USUAL | {"teams": "late", "roomAnswerSeconds": None}
    assert tenant.control("GET", "meetings") == USUAL


@pytest.mark.parametrize(
    "changes",
    [
        {"nonsense": 1},
        {"candidatesAnswerGroups": 1},
        {"teams": "soon"},
        {"teams": 1},
        {"teams": "old"},
        {"repeatsTell": "now"},
        {"teamsSeconds": -1},
        {"teamsSeconds": None},
    ],
)
def test_unknown_switch_or_value_is_refused(tenant: Sandbox, changes: dict[str, Any]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        tenant.control("PATCH", "meetings", changes)
