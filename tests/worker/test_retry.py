"""When failed work is retried."""

from datetime import timedelta

import pytest

from portal.errors import NotAllowed
from portal.graph.errors import (
    GraphError,
    MailboxFenced,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    Throttled,
    Unavailable,
)
from portal.worker.retry import LONGEST, OF_OURS, SHORTEST, backoff, setback


def waiting(error: GraphError, seconds: float) -> GraphError:
    error.retry_after = seconds
    return error


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (waiting(Throttled("Wait."), 75.5), timedelta(seconds=75.5)),
        (Throttled("Wait."), SHORTEST * 4),
        (NeedsReconnect(), timedelta(minutes=1)),
        (MailboxMissing("None."), timedelta(days=1)),
        (MailboxFenced("Closed."), timedelta(minutes=30)),
        (NotAllowed("Disabled."), timedelta(hours=1)),
        (Unavailable("Down."), SHORTEST * 4),
        (waiting(Unavailable("Down."), 600), timedelta(minutes=10)),
        (KeyError("ours"), SHORTEST * 4),
    ],
    ids=lambda value: str(value)[:30],
)
def test_third_failure_waits_by_its_kind(error: Exception, wait: timedelta) -> None:
    assert setback(error).waits(3) == wait


def test_backing_off_doubles_up_to_an_hour() -> None:
    assert [backoff(times) for times in (1, 2, 3)] == [SHORTEST, SHORTEST * 2, SHORTEST * 4]
    assert backoff(100) == LONGEST


def test_throttling_is_distinguished_from_failure() -> None:
    assert setback(Throttled("Wait.")).is_throttled
    assert not setback(Unavailable("Down.")).is_throttled


def test_internal_error_does_not_show_its_details() -> None:
    assert setback(ValueError("secret detail")).sentence == OF_OURS


def test_missing_permission_is_retried_more_often() -> None:
    refusal = PermissionMissing("Missing.")
    refusal.retry_after = 60.0

    waits = setback(refusal).waits

    assert [waits(times).total_seconds() for times in (1, 2, 3)] == [60, 120, 240]
    assert waits(50) == timedelta(hours=1)
