"""once.post(): one request on the wire, and what a failure proves."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, SSLError

from portal import clock
from portal.graph import once
from portal.graph.errors import (
    NeedsReconnect,
    Refused,
    Throttled,
    TokenRefused,
    TooSlow,
    Unavailable,
)
from tests.graph.calls import Tokens, client
from tests.support.loopback import Loopback, Say, loopback

SOON = clock.utc_now() + timedelta(days=1)
BODY = {"message": {"subject": "Interview"}}


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


def send(place: Loopback) -> None:
    graph = client(place)
    once.post(graph, graph.prepared("POST", "sendMail", BODY), not_after=SOON)


def test_accepted_mail_raises_nothing(place: Loopback) -> None:
    place.will(Say(b"", status=202))

    send(place)

    assert [each.path for each in place.asked] == ["/v1.0/me/sendMail"]


@pytest.mark.parametrize(
    ("status", "raised"),
    [(429, Throttled), (503, Unavailable), (504, Unavailable), (400, Refused), (507, Refused)],
)
def test_refusal_is_sent_once_only(place: Loopback, status: int, raised: type[Exception]) -> None:
    place.will(Say({"error": {"code": "x"}}, status=status), Say(b"", status=202))

    with pytest.raises(raised) as refusal:
        send(place)

    assert len(place.asked) == 1
    assert refusal.value.is_unsent is False  # type: ignore[attr-defined]  # each is a GraphError


def test_refused_token_is_renewed_and_nothing_sent_again(place: Loopback) -> None:
    place.will(Say({"error": {"code": "InvalidAuthenticationToken"}}, status=401))
    tokens = Tokens()
    graph = client(place, token=tokens)

    with pytest.raises(TokenRefused):
        once.post(graph, graph.prepared("POST", "sendMail", BODY), not_after=SOON)

    assert len(place.asked) == 1
    assert tokens(False) == "token-1"


def test_missing_token_sends_nothing(place: Loopback) -> None:
    def ended(_was_refused: bool) -> str:
        raise NeedsReconnect

    graph = client(place, token=ended)

    with pytest.raises(NeedsReconnect) as refusal:
        once.post(graph, graph.prepared("POST", "sendMail", BODY), not_after=SOON)

    assert refusal.value.is_unsent is True
    assert place.asked == []


def test_refused_connection_is_unsent(place: Loopback) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    graph = replace(client(place), root=f"http://127.0.0.1:{port}/v1.0")

    with pytest.raises(Unavailable) as refusal:
        once.post(graph, graph.prepared("POST", "sendMail", BODY), not_after=SOON)

    assert refusal.value.is_unsent is True


def test_accepted_mail_is_accepted_whatever_its_headers_say(place: Loopback) -> None:
    place.will(Say(b"", status=202, headers={"Retry-After": "120"}))

    send(place)

    assert len(place.asked) == 1


def test_machine_that_slept_sends_nothing(place: Loopback) -> None:
    graph = client(place)

    with pytest.raises(TooSlow) as refusal:
        once.post(graph, graph.prepared("POST", "sendMail", BODY), not_after=clock.utc_now())

    assert refusal.value.is_unsent is True
    assert place.asked == []


def test_time_that_is_over_before_the_call_is_unsent(place: Loopback) -> None:
    graph = client(place, patience=0.0)

    with pytest.raises(TooSlow) as refusal:
        once.post(graph, graph.prepared("POST", "sendMail", BODY), not_after=SOON)

    assert refusal.value.is_unsent is True
    assert place.asked == []


def wrapped(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type]  # no pool


def broken(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ConnectTimeout(), True),
        (wrapped(NewConnectionError(None, "no such name")), True),  # type: ignore[arg-type]  # no connection
        (wrapped(SSLError(broken("CERTIFICATE_VERIFY_FAILED"))), True),
        (wrapped(SSLError(broken("DECRYPTION_FAILED_OR_BAD_RECORD_MAC"))), False),
        (requests.ConnectionError(ProtocolError("cut", ConnectionResetError())), False),
        (requests.ReadTimeout(), False),
    ],
)
def test_only_a_connection_never_made_is_unsent(
    error: requests.RequestException, expected: bool
) -> None:
    assert once.never_left(error) is expected
