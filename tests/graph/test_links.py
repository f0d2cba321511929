"""Links in answers are followed unchanged, or refused."""

from collections.abc import Iterator

import pytest

from portal.graph.errors import ForeignCursor
from portal.graph.links import search_phrase, segment
from portal.graph.paging import pages
from tests.graph.calls import OID, client
from tests.support.loopback import Loopback, Say, loopback


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


def test_pages_follow_links_with_the_same_headers(place: Loopback) -> None:
    second = f"{place.url}/v1.0/me/messages?$skiptoken=2"
    place.will(
        Say({"value": [], "@odata.nextLink": second}),
        Say({"value": [{"id": "1"}]}),
    )

    found = list(pages(client(place), "messages", prefer=["odata.maxpagesize=1"]))

    assert [page.items for page in found] == [(), ({"id": "1"},)]
    assert {asked.headers["prefer"] for asked in place.asked} == {
        'IdType="ImmutableId", odata.maxpagesize=1'
    }
    assert place.asked[1].path == "/v1.0/me/messages?$skiptoken=2"


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/me/messages",
        "http://localhost:1/v1.0/me/messages",
        "{url}.elsewhere.example/v1.0/me/messages",
        "{url}/v1.0/users/another/messages",
        "{url}/v1.0/me/../users/another/messages",
        "{url}/v1.0/me/%2e%2e/users/another",
        "{url}/v1.0/me/%252e%252e/users/another",
        "{url}/v1.0/mess",
        "{url}/beta/me/messages",
        "http://me@localhost/v1.0/me/messages",
        "file:///etc/passwd",
        "{url}/v1.0/me\\..\\users",
        "//elsewhere.example/v1.0/me",
        "",
    ],
)
def test_links_elsewhere_are_not_followed(place: Loopback, link: str) -> None:
    place.will(Say({"value": []}))

    with pytest.raises(ForeignCursor):
        client(place).page(link.replace("{url}", place.url))

    assert place.asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1.0/me/mailFolders('inbox')/messages/delta?$deltatoken=a%2Fb",
        f"/v1.0/users/{OID}/messages?$skip=1",
        f"/v1.0/Users('{OID}')/messages?$skip=1",
    ],
)
def test_links_of_the_same_mailbox_are_followed_word_for_word(place: Loopback, path: str) -> None:
    place.will(Say({"value": []}))

    client(place).page(f"{place.url}{path}")

    assert place.asked[0].path == path


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rosa@mail.example", '"rosa@mail.example"'),
        ('a" OR "b', '"a\\" OR \\"b"'),
        ("a\\", '"a\\\\"'),
    ],
)
def test_search_value_stays_one_phrase(value: str, expected: str) -> None:
    assert search_phrase(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("AAMk_-=", "AAMk_-%3D"), ("../users", "..%2Fusers"), ("a?b#c", "a%3Fb%23c")],
)
def test_id_stays_one_path_segment(value: str, expected: str) -> None:
    assert segment(value) == expected
