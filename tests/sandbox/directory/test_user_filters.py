"""$filter and $count of users, with and without the header ConsistencyLevel."""

import pytest

from tests.sandbox.answers import error, names
from tests.sandbox.callers import Caller


def test_enabled_members_are_filtered(app: Caller) -> None:
    found = app.read("/users?$filter=accountEnabled eq true and userType eq 'Member'")

    assert names(found) == [
        "Alex Berg",
        "Front Desk",
        "Kim Lund",
        "Noah Nomailbox",
        "Priya Kaur",
        "Sam Reed",
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("mail eq 'PRIYA@northwind.example'", ["Priya Kaur"]),
        ("userPrincipalName eq 'kim@northwind.example'", ["Kim Lund"]),
        ("startswith(displayName,'Sam')", ["Sam Reed"]),
        ("startsWith(mail,'alex') or startswith(mail,'kim')", ["Alex Berg", "Kim Lund"]),
        ("(userType eq 'Guest') and accountEnabled eq true", ["Gael Guest"]),
        ("mail eq null", ["Noah Nomailbox"]),
        ("displayName eq 'O''Brien'", []),
        ("proxyAddresses/any(p:p eq 'smtp:talent@northwind.example')", ["Priya Kaur"]),
        ("proxyAddresses/any(x:startswith(x,'SMTP:sam'))", ["Sam Reed"]),
    ],
)
def test_supported_filter_finds_people(app: Caller, condition: str, expected: list[str]) -> None:
    found = app.read("/users", params={"$filter": condition})

    assert names(found) == expected


@pytest.mark.parametrize(
    "condition", ["shoeSize eq 43", "mail eq", "mail is 'x'", "(mail eq 'x'", "mail eq 'x"]
)
def test_invalid_filter_is_refused(app: Caller, condition: str) -> None:
    answer = app.call("GET", "/users", params={"$filter": condition})

    assert error(answer) == (400, "BadRequest")


def test_advanced_filter_needs_the_eventual_index(app: Caller) -> None:
    query = {"$filter": "endsWith(mail,'@northwind.example')", "$count": "true"}

    without = app.call("GET", "/users", params=query)
    found = app.read("/users", params=query, headers={"ConsistencyLevel": "eventual"})

    assert error(without) == (400, "Request_UnsupportedQuery")
    assert found["@odata.count"] == len(found["value"])
    assert "Gael Guest" not in names(found)


def test_end_of_an_alias_needs_the_eventual_index(app: Caller) -> None:
    query = {"$filter": "proxyAddresses/any(x:endsWith(x,'.reed@northwind.example'))"}

    without = app.call("GET", "/users", params=query)
    eventual = {"ConsistencyLevel": "eventual"}
    found = app.read("/users", params={**query, "$count": "true"}, headers=eventual)

    assert error(without) == (400, "Request_UnsupportedQuery")
    assert names(found) == ["Sam Reed"]


def test_count_is_on_the_first_page_only(app: Caller) -> None:
    eventual = {"ConsistencyLevel": "eventual"}
    first = app.read("/users?$count=true&$top=10", headers=eventual)

    second = app.read(first["@odata.nextLink"], headers=eventual)

    assert first["@odata.count"] == 14
    assert "@odata.count" not in second
    # Without the header there is no count, and no error either.
    assert "@odata.count" not in app.read("/users?$count=true")


def test_people_are_counted_with_the_eventual_index(app: Caller) -> None:
    eventual = {"ConsistencyLevel": "eventual"}

    answer = app.call("GET", "/users/$count?$filter=userType eq 'Guest'", headers=eventual)

    assert (answer.text, answer.headers["Content-Type"]) == ("1", "text/plain")
    assert error(app.call("GET", "/users/$count")) == (400, "Request_BadRequest")
