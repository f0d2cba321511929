"""GraphClient: one retry rule, links that stay, bodies within limits."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pytest
import requests

from portal import clock
from portal.microsoft365.batches import BatchRequest
from portal.microsoft365.errors import (
    CursorExpired,
    ForeignLink,
    Gone,
    MailboxFenced,
    MailboxMissing,
    PermissionMissing,
    Refused,
    Throttled,
    TokenRefused,
    TooLarge,
    Unavailable,
)
from portal.microsoft365.graph import GraphClient, Surroundings
from tests.microsoft365.loopback import Loopback, Say, loopback

OID = "6a1c0000-0000-4000-8000-000000000001"


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


class Tokens:
    def __init__(self) -> None:
        self.forced: list[bool] = []

    def __call__(self, was_refused: bool) -> str:
        self.forced.append(was_refused)
        return f"token-{sum(self.forced)}"


class Waits(list[float]):
    """Notes how long it should have waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(place: Loopback, *, patience: float = 60, **more: object) -> GraphClient:
    session = Surroundings({}, True).session()
    settled = {"token": Tokens(), "wait": Waits(), **more}
    return GraphClient(
        session=session,
        root=f"{place.url}/v1.0",
        mailbox_path="/me",
        object_id=OID,
        patience=patience,
        **settled,  # type: ignore[arg-type]  # whatever a test replaces
    )


def test_every_call_carries_token_trace_and_immutable_ids(place: Loopback) -> None:
    place.will(Say({"value": []}))

    client(place).get("messages", query={"$top": "5"}, prefer=["odata.maxpagesize=50"])

    asked = place.asked[0]
    assert asked.path == "/v1.0/me/messages?$top=5"
    assert asked.headers["authorization"] == "Bearer token-0"
    assert asked.headers["prefer"] == 'IdType="ImmutableId", odata.maxpagesize=50'
    assert len(asked.headers["client-request-id"]) == 36


def test_read_is_repeated_after_each_passing_fault(place: Loopback) -> None:
    place.will(Say(status=503), Say(b"<html>", status=502), Say(status=504), Say({"id": "1"}))
    waits = Waits()

    answer = client(place, wait=waits).get("messages/1")

    assert answer == {"id": "1"}
    assert len(waits) == 3
    assert waits[0] < waits[-1] <= 4


def test_read_gives_up_after_four_tries(place: Loopback) -> None:
    place.will(Say(status=500))

    with pytest.raises(Unavailable):
        client(place).get("messages/1")

    assert len(place.asked) == 4


@pytest.mark.parametrize("told", ["3", "2.128"])
def test_retry_after_is_obeyed_to_the_second(place: Loopback, told: str) -> None:
    place.will(Say(status=429, headers={"Retry-After": told}), Say({"id": "1"}))
    waits = Waits()

    client(place, wait=waits).get("messages/1")

    assert waits == [float(told)]


def test_retry_after_as_a_date_is_obeyed(place: Loopback) -> None:
    at = format_datetime(clock.utc_now() + timedelta(seconds=6), usegmt=True)
    place.will(Say(status=429, headers={"Retry-After": at}), Say({"id": "1"}))
    waits = Waits()

    client(place, wait=waits).get("messages/1")

    assert 3 <= waits[0] <= 6


def test_long_retry_after_is_left_to_the_caller(place: Loopback) -> None:
    place.will(Say(status=429, headers={"Retry-After": "120"}))

    with pytest.raises(Throttled) as caught:
        client(place).get("messages/1")

    assert caught.value.retry_after == 120
    assert len(place.asked) == 1


def test_throttling_without_a_time_backs_off(place: Loopback) -> None:
    place.will(Say(status=429), Say(status=429), Say({"id": "1"}))
    waits = Waits()

    client(place, wait=waits).get("messages/1")

    assert len(waits) == 2
    assert all(0.5 <= wait <= 2 for wait in waits)


def test_write_is_repeated_after_throttling(place: Loopback) -> None:
    place.will(Say(status=429, headers={"Retry-After": "1"}), Say({"id": "1"}, status=201))

    answer = client(place).post("messages", {"subject": "x"})

    assert answer == {"id": "1"}
    assert [asked.body for asked in place.asked] == [b'{"subject":"x"}'] * 2


@pytest.mark.parametrize("answer", [Say(status=503), Say({}, length=50)])
def test_write_that_may_have_happened_is_not_repeated(place: Loopback, answer: Say) -> None:
    place.will(answer)

    with pytest.raises(Unavailable):
        client(place).post("messages", {"subject": "x"})

    assert len(place.asked) == 1


def test_refused_token_is_renewed_once_and_the_call_repeated(place: Loopback) -> None:
    place.will(Say(status=401), Say({"id": "1"}, status=201))
    tokens = Tokens()

    client(place, token=tokens).post("messages", {})

    assert tokens.forced == [False, True]
    assert [asked.headers["authorization"] for asked in place.asked] == [
        "Bearer token-0",
        "Bearer token-1",
    ]


def test_token_refused_twice_is_told(place: Loopback) -> None:
    place.will(Say(status=401))

    with pytest.raises(TokenRefused):
        client(place).get("messages/1")

    assert len(place.asked) == 2


def test_page_cut_short_is_read_again(place: Loopback) -> None:
    whole = Say({"value": [{"id": "1"}]})
    place.will(Say(whole.content[:9], length=len(whole.content)), whole)

    assert client(place).get("messages") == {"value": [{"id": "1"}]}


def test_truncated_json_is_read_again(place: Loopback) -> None:
    place.will(Say(b'{"value": [{"id"'), Say(b"[]"), Say({"value": []}))

    assert client(place).get("messages") == {"value": []}


def test_truncated_json_for_good_is_unavailable(place: Loopback) -> None:
    place.will(Say(b'{"value": [{"id"'))

    with pytest.raises(Unavailable, match="cut short"):
        client(place).get("messages")


def test_half_a_surrogate_pair_does_not_stop_a_page(place: Loopback) -> None:
    place.will(Say(b'{"value": [{"subject": "a\\ud800b \\ud83d\\ude00 \\u0000"}]}'))

    page = client(place).get("messages")

    assert page == {"value": [{"subject": "a\ufffdb \U0001f600 \x00"}]}


def test_nobody_answering_is_unavailable() -> None:
    with loopback() as place:
        nowhere = client(place)

    with pytest.raises(Unavailable, match="could not be reached"):
        nowhere.get("messages")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Say({"error": {"code": "ErrorAccessDenied"}}, 403), MailboxFenced),
        (Say({"error": {"code": "Authorization_RequestDenied"}}, 403), PermissionMissing),
        (Say({"error": {"code": "MailboxNotEnabledForRESTAPI"}}, 404), MailboxMissing),
        (Say({"error": {"code": "ErrorItemNotFound"}}, 404), Gone),
        (Say({"error": {"code": "syncStateNotFound"}}, 410), CursorExpired),
        (Say({"error": {"code": "resyncRequired"}}, 410), CursorExpired),
        (Say(b"", 410), CursorExpired),
        (Say({"error": {"code": "SyncStateInvalid"}}, 400), CursorExpired),
        (Say({"error": {"code": "ErrorInvalidRequest"}}, 400), Refused),
        (Say(b"<html>Bad Request</html>", 400), Refused),
        (Say({}, 302, {"Location": "https://elsewhere.example/"}), Refused),
        (Say({"error": {"code": "NotImplemented"}}, 501), Refused),
    ],
)
def test_final_answers_are_told_at_once(
    place: Loopback, answer: Say, expected: type[Exception]
) -> None:
    place.will(answer)

    with pytest.raises(expected) as caught:
        client(place).get("messages")

    assert type(caught.value) is expected
    assert len(place.asked) == 1


def test_bomb_is_not_unpacked(place: Loopback) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    place.will(Say(bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(TooLarge):
        client(place).download("messages/1/attachments/2/$value", limit=1024 * 1024)

    assert len(place.asked) == 1


def test_download_gives_bytes(place: Loopback) -> None:
    place.will(Say(b"\x00\xff"))

    assert client(place).download("messages/1/$value", limit=10) == b"\x00\xff"


def test_patience_ends_a_call(place: Loopback) -> None:
    place.will(Say(status=503, headers={"Retry-After": "9"}))

    with pytest.raises(Unavailable):
        client(place, patience=8).get("messages")

    assert len(place.asked) == 1


def test_pages_follow_links_with_the_same_wishes(place: Loopback) -> None:
    second = f"{place.url}/v1.0/me/messages?$skiptoken=2"
    place.will(
        Say({"value": [], "@odata.nextLink": second}),
        Say({"value": [{"id": "1"}]}),
    )

    pages = list(client(place).pages("messages", prefer=["odata.maxpagesize=1"]))

    assert [page["value"] for page in pages] == [[], [{"id": "1"}]]
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

    with pytest.raises(ForeignLink):
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


def test_batch_puts_paths_below_the_mailbox(place: Loopback) -> None:
    place.will(Say({"responses": [{"id": "a", "status": 200, "body": {"id": "1"}}]}))
    wish = {"Prefer": 'outlook.body-content-type="text"'}

    answers = client(place).batch([BatchRequest("a", "GET", "messages/1", wish)])

    part = _parts(place, 0)[0]
    assert part["url"] == "/me/messages/1"
    assert part["headers"]["Prefer"] == 'IdType="ImmutableId", outlook.body-content-type="text"'
    assert answers["a"].body == {"id": "1"}
    assert answers["a"].error() is None


def test_batch_repeats_only_throttled_parts(place: Loopback) -> None:
    throttled = {"id": "b", "status": 429, "headers": {"Retry-After": "2.5"}, "body": {}}
    place.will(
        Say({"responses": [throttled, {"id": "a", "status": 200, "body": {"id": "1"}}]}),
        Say({"responses": [{"id": "b", "status": 200, "body": {"id": "2"}}]}),
    )
    waits = Waits()

    answers = client(place, wait=waits).batch(
        [BatchRequest("a", "GET", "messages/1"), BatchRequest("b", "GET", "messages/2")]
    )

    assert waits == [2.5]
    assert [part["id"] for part in _parts(place, 1)] == ["b"]
    assert {name: answer.body["id"] for name, answer in answers.items()} == {"a": "1", "b": "2"}


def test_batch_tells_of_parts_that_failed(place: Loopback) -> None:
    place.will(
        Say({"responses": [
            {"id": "a", "status": 404, "body": {"error": {"code": "ErrorItemNotFound"}}},
            {"id": "b", "status": 429, "headers": {"Retry-After": "60"}},
        ]})
    )  # fmt: skip  # one line for each part

    answers = client(place).batch([BatchRequest(name, "GET", "messages/1") for name in ("a", "b")])

    assert isinstance(answers["a"].error(), Gone)
    waiting = answers["b"].error()
    assert isinstance(waiting, Throttled)
    assert waiting.retry_after == 60
    assert len(place.asked) == 1


def test_batch_counts_a_missing_answer_as_broken(place: Loopback) -> None:
    place.will(Say({"responses": []}))

    answers = client(place).batch([BatchRequest("a", "GET", "messages/1")])

    assert isinstance(answers["a"].error(), Unavailable)


def test_batch_renews_a_token_once_for_its_parts(place: Loopback) -> None:
    place.will(Say({"responses": [{"id": "a", "status": 401}]}))
    tokens = Tokens()

    answers = client(place, token=tokens).batch([BatchRequest("a", "GET", "messages/1")])

    assert isinstance(answers["a"].error(), TokenRefused)
    assert tokens.forced == [False, True, False]


def test_batch_is_split_after_twenty(place: Loopback) -> None:
    place.will(Say({"responses": []}))

    answers = client(place).batch([BatchRequest(str(n), "POST", "messages") for n in range(45)])

    assert len(answers) == 45
    assert [len(_parts(place, n)) for n in range(3)] == [20, 20, 5]


def test_environment_does_not_choose_certificates_later(
    place: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Surroundings.towards(place.url).session()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem")
    monkeypatch.setenv("HTTP_PROXY", "http://localhost:1")
    place.will(Say({}))

    session.get(f"{place.url}/v1.0/me", timeout=5)

    assert session.trust_env is False
    assert len(place.asked) == 1


def test_environment_at_the_start_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/our-own.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:3128")

    session = Surroundings.towards("https://graph.microsoft.com").session()

    assert session.verify == "/etc/our-own.pem"
    assert session.proxies["https"] == "http://localhost:3128"
    assert isinstance(session, requests.Session)


def _parts(place: Loopback, number: int) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = orjson.loads(place.asked[number].body)["requests"]
    return parts
