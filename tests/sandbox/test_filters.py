"""$filter: parsed and applied."""

import pytest

from sandbox.errors import GraphError
from sandbox.filters import Filter

ITEM = {
    "subject": "Portfolio of O'Hara",
    "isRead": False,
    "hasAttachments": True,
    "receivedDateTime": "2026-11-24T14:00:00Z",
    "from": {"emailAddress": {"address": "Rosa.Ortega@mail.example"}},
    "internetMessageId": "<a@mail.example>",
}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("isRead eq false", True),
        ("isRead ne false", False),
        ("receivedDateTime ge 2026-11-24T14:00:00Z", True),
        ("receivedDateTime gt 2026-11-24T14:00:00Z", False),
        ("receivedDateTime le 2026-11-24T15:00:00+01:00", True),
        ("receivedDateTime lt 2026-11-24T14:00:00.001Z", True),
        ("receivedDateTime ge 2026-11-24", True),
        ("from/emailAddress/address eq 'rosa.ortega@MAIL.example'", True),
        ("subject eq 'Portfolio of O''Hara'", True),
        ("startswith(subject,'port')", True),
        ("contains(subject, 'cv')", False),
        ("internetMessageId eq '<a@mail.example>' and hasAttachments eq true", True),
        ("isRead eq true or not (hasAttachments eq false)", True),
        ("not startsWith(subject,'Port')", False),
    ],
)
def test_filter_matches(text: str, fits: bool) -> None:
    assert Filter(text).test(ITEM) is fits


@pytest.mark.parametrize(
    "text",
    ["isRead", "isRead eq", "isRead is true", "(isRead eq true", "isRead eq true)", "eq eq eq",
     "receivedDateTime ge 2026-99-99T00:00:00Z", "isRead eq maybe", "'a' eq 'b'", "§"],
)  # fmt: skip  # one to a line says no more
def test_invalid_filter_is_refused(text: str) -> None:
    with pytest.raises(GraphError) as caught:
        Filter(text)

    assert caught.value.status == 400


def test_filter_refuses_an_unknown_member() -> None:
    with pytest.raises(GraphError) as caught:
        Filter("nonsense eq 'x'").test(ITEM)

    assert (
        caught.value.message == "Invalid filter clause: Could not find a property named 'nonsense'"
    )
