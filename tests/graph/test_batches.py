"""Batches: several requests in one, each with its own answer."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from portal.graph.batches import BatchRequest
from portal.graph.errors import Gone, Throttled, TokenRefused, Unavailable
from tests.graph.calls import Tokens, Waits, client
from tests.support.loopback import Loopback, Say, loopback


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


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


def test_batch_reports_failed_parts(place: Loopback) -> None:
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


@pytest.mark.parametrize("body", [None, '{"id": "A', [], ""], ids=repr)
def test_batch_counts_a_part_cut_short_as_broken(place: Loopback, body: object) -> None:
    whole = {"responses": [{"id": "a", "status": 200, "body": {"id": "A"}}]}
    place.will(Say({"responses": [{"id": "a", "status": 200, "body": body}]}), Say(whole))

    answers = client(place).batch([BatchRequest("a", "GET", "messages/1")])

    assert answers["a"].body == {"id": "A"}
    assert len(place.asked) == 2


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


def _parts(place: Loopback, number: int) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = orjson.loads(place.asked[number].body)["requests"]
    return parts
