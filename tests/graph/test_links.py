"""Links in answers are followed unchanged, or refused."""

from collections.abc import Iterator

import pytest

from portal.email import headers
from portal.graph.errors import ForeignCursor
from portal.graph.links import kept_link, search_phrase, segment
from portal.graph.paging import pages
from portal.interviews.microsoft.calendar_events import found_in
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


@pytest.mark.parametrize(
    "link",
    [
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Mj%40thread.v2/0?context=%7b%7d",
        "https://outlook.office365.com/owa/?ItemID=AAMk%3D&exvsurl=1",
        "http://localhost:8365/meetings/1",
    ],
)
def test_ordinary_link_is_kept(link: str) -> None:
    assert kept_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "http://teams.example/x", "https://teams.example@evil.example/"),
        *("https://evil.example\\@teams.example", "https://teams.example/a b", "//teams.example"),
        *("https://teams.example/\nBcc: x", f"https://teams.example/{'x' * 2_000}", "", None, 5),
    ],
)
def test_other_link_is_not_stored(link: object) -> None:
    assert kept_link(link) == ""


def test_links_of_events_and_messages_are_checked_when_they_arrive() -> None:
    evil = "https://teams.example@evil.example/"
    times = {name: {"dateTime": "2026-11-24T14:00:00"} for name in ("start", "end")}
    event = {"id": "1", **times, "webLink": evil, "onlineMeeting": {"joinUrl": evil}}
    received = {"id": "1", "receivedDateTime": "2026-11-24T14:00:00Z", "webLink": evil}

    found, message = found_in(event), headers.header(received)

    assert (found.web_link, found.join_url, message.web_link) == ("", "", "")
