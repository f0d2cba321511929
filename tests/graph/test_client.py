"""GraphClient: its retry rule and its limit on bodies."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests

from portal import clock
from portal.graph import time_limits
from portal.graph.client import Surroundings
from portal.graph.errors import (
    ClaimsDemanded,
    CursorExpired,
    Gone,
    MailboxFenced,
    MailboxMissing,
    PermissionMissing,
    Refused,
    Throttled,
    TokenRefused,
    TooLarge,
    TooSlow,
    Unavailable,
)
from tests.graph.calls import Tokens, Waits, client
from tests.support.loopback import Loopback, Say, loopback


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


def test_every_call_carries_token_trace_and_immutable_ids(place: Loopback) -> None:
    place.will(Say({"value": []}))

    client(place).get("messages", query={"$top": "5"}, prefer=["odata.maxpagesize=50"])

    asked = place.asked[0]
    assert asked.path == "/v1.0/me/messages?$top=5"
    assert asked.headers["authorization"] == "Bearer token-0"
    assert asked.headers["prefer"] == 'IdType="ImmutableId", odata.maxpagesize=50'
    assert len(asked.headers["client-request-id"]) == 36


def test_read_is_repeated_after_temporary_failures(place: Loopback) -> None:
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


def test_token_refused_twice_is_an_error(place: Loopback) -> None:
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


def test_refused_connection_is_unavailable() -> None:
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
def test_final_answers_raise_at_once(
    place: Loopback, answer: Say, expected: type[Exception]
) -> None:
    place.will(answer)

    with pytest.raises(expected) as caught:
        client(place).get("messages")

    assert type(caught.value) is expected
    assert len(place.asked) == 1


def test_oversized_compressed_body_is_refused(place: Loopback) -> None:
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


def test_later_environment_does_not_choose_certificates(
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


def test_body_that_stalls_midway_ends_with_the_call(place: Loopback) -> None:
    """A time-out for each read alone would last from the last byte on, here 5.7 seconds."""
    place.will(Say({"id": "1"}, stalls_after=2.7))
    began = clock.monotonic()

    with pytest.raises(TooSlow):
        client(place, patience=4).get("messages/1")

    assert 2.7 < clock.monotonic() - began < 5.2


def test_connection_keeps_its_time_out_after_a_hurried_answer(place: Loopback) -> None:
    place.will(Say({"id": "1"}), Say({"id": "2"}))
    graph = client(place, patience=60)
    with time_limits.within(0.5):
        graph.get("messages/1")

    assert graph.get("messages/2") == {"id": "2"}
    assert len(place.asked) == 2


@pytest.mark.parametrize(
    ("is_app_only", "sentence"),
    [(False, "asks you to sign in there again"), (True, "A policy of your organization stops")],
)
def test_challenge_for_claims_is_no_missing_permission(
    place: Loopback, is_app_only: bool, sentence: str
) -> None:
    told = 'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="'
    place.will(Say({"error": {"code": "x"}}, 401, {"WWW-Authenticate": told}))

    with pytest.raises(ClaimsDemanded, match=sentence):
        client(place, is_app_only=is_app_only).get("messages/1")

    assert len(place.asked) == 2
