"""Random input is as much as it says, the same in every run, and a server error is noticed."""

import inspect
from functools import wraps
from random import Random

import pytest
from werkzeug.wrappers import Response

from faults import suite
from faults.harness.outcome import Outcome
from faults.input import mutations, random_forms, random_mail, random_requests
from faults.input.attempts import filled_portal, source_of

PARTS = (random_forms, random_requests, random_mail)
NAMES = {"random-forms", "random-requests", "random-mail"}


def test_there_are_20_000_inputs_and_ten_times_as_many_in_a_full_run() -> None:
    assert sum(sum(part.COUNTS.values()) for part in PARTS) == 20_000
    assert suite.FAULTS.keys() >= NAMES
    for name in NAMES:
        usual, full = (suite.chosen(name, is_full=each) for each in (False, True))
        parts = [inspect.signature(each).parameters["part"].default for each in (usual, full)]
        assert parts == [1.0, 10.0]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_few_of_them_are_survived_and_counted(name: str) -> None:
    outcome: Outcome = suite.FAULTS[name](part=0.01)

    assert outcome.wrong == ()
    counts = next(each.COUNTS for each in PARTS if name in each.FAULTS)
    assert outcome.inputs == sum(round(0.01 * count) for count in counts.values())


def test_source_is_the_same_in_every_run() -> None:
    made = [mutations.word(source_of(16, "forms", number)) for number in range(3)]

    assert made == [mutations.word(source_of(16, "forms", number)) for number in range(3)]
    assert made != [mutations.word(source_of(17, "forms", number)) for number in range(3)]


def test_server_error_is_told_with_its_cause_and_its_seed() -> None:
    with filled_portal(16) as attempts:
        views = attempts.app.view_functions
        views["users.health"] = wraps(views["users.health"])(broken_view)

        def one(_: Random) -> None:
            attempts.note("GET /healthz", attempts.visitor(None).get("/healthz"))

        attempts.run("pages", 1, one)
        outcome = attempts.outcome({"pages": 2}, 1.0)

    assert outcome.wrong == (
        "GET /healthz: 500, ZeroDivisionError at ?: nothing (seed 16, pages 0)",
        "only 1 pages",
    )


def broken_view() -> Response:
    raise ZeroDivisionError("nothing")
