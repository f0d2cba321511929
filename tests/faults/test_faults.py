"""The quickest faults of `make faults`, and a check that the suite notices failures."""

import inspect

import pytest

from faults import suite
from faults.harness import fault_run, messages
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Outcome
from faults.kills import directory
from faults.machine import workers
from faults.microsoft import consent_race, consents, cut_answers


def require_survival(outcome: Outcome) -> None:
    assert outcome.wrong == ()
    assert outcome.is_survived
    assert (outcome.lost, outcome.doubled) == (0, 0)


def test_worker_that_is_killed_loses_and_doubles_nothing() -> None:
    outcome = workers.killed(kills=2, messages=30)

    require_survival(outcome)
    assert outcome.struck == 2


def test_page_that_ends_too_early_is_not_taken_for_a_page() -> None:
    outcome = cut_answers.page_cut(every=2000)

    require_survival(outcome)
    assert outcome.inputs > 20


def test_answer_that_drips_is_given_up_when_the_time_is_over() -> None:
    require_survival(cut_answers.slow_answer(seconds=0.5))


def test_all_buttons_at_once_leave_no_half_of_anything() -> None:
    outcome = consents.admins_at_once(admins=3, presses=10, messages=2)

    require_survival(outcome)
    assert outcome.struck == 30


def test_consent_that_two_record_at_once_is_one() -> None:
    outcome = consent_race.recorded_at_once(rounds=2, messages=2)

    require_survival(outcome)
    assert outcome.struck == 4


def test_directory_that_is_said_to_be_empty_disables_nobody() -> None:
    require_survival(directory.directory_empty(rounds=1))


def test_suite_notices_what_is_lost_doubled_and_told() -> None:
    with fault_run.one_mailbox(messages=3) as run:
        run.log.write_text(f"token eyJhbGciOi {messages.BODY}")

        outcome = outcome_of(run)

    assert outcome.lost == 3
    assert not outcome.is_survived
    assert str(outcome).endswith("the log tells eyJ…; the log tells betwee…; 3 lost")


@pytest.mark.parametrize("name", [each for each in suite.FULL if "killed" in each])
def test_full_run_kills_workers_a_thousand_times(name: str) -> None:
    usual, full = (suite.chosen(name, is_full=each) for each in (False, True))

    kills = [inspect.signature(each).parameters["kills"].default for each in (usual, full)]
    assert kills == [100, 1000]
    assert suite.chosen("page-cut", is_full=True) is suite.FAULTS["page-cut"]


def test_fault_that_could_not_be_struck_says_so() -> None:
    outcome = Outcome.because("a small disk can be mounted by root alone")

    assert str(outcome) == "SKIPPED: a small disk can be mounted by root alone"
    assert not outcome.is_survived
