"""User sync stops and asks before it disables many people."""

import pytest

from portal import clock
from portal.audit.act import Act
from portal.directory import apply_store as settling_store
from portal.directory import settings as user_sync
from tests.directory.environment import ADMIN, Environment


def decide(env: Environment, *, disables: bool, expected: int) -> int:
    return user_sync.decide(
        Act(env.rows, ADMIN, clock.utc_now()),
        disables=disables,
        expected=expected,
    )


@pytest.fixture
def large(env: Environment) -> Environment:
    """A tenant with twenty-five imported people."""
    env.hire_many(20)
    env.import_people()
    assert len(env.names("is_enabled = 1")) == 25
    return env


def leave(env: Environment, count: int) -> None:
    for number in range(1, count + 1):
        env.change(f"person{number}", accountEnabled=False)


def test_five_departures_are_applied_without_a_question(large: Environment) -> None:
    leave(large, 5)
    large.sync()

    assert len(large.names("is_enabled = 0")) == 5


def test_more_than_a_fifth_is_asked_about(large: Environment) -> None:
    leave(large, 6)
    large.sync()

    assert large.names("is_enabled = 0") == set()
    assert user_sync.overview(large.rows).doubts == 6
    assert large.audited("user sync stopped to ask") == ["people of the organization"]


def test_question_also_pauses_imports(large: Environment) -> None:
    leave(large, 6)
    large.arrives("nia", displayName="Nia Moss")
    large.sync()

    assert "Nia Moss" not in large.names()


def test_confirmed_question_disables_people(large: Environment) -> None:
    leave(large, 6)
    large.sync()
    assert decide(large, disables=True, expected=6) == 6
    large.sync()

    assert len(large.names("is_enabled = 0")) == 6
    assert user_sync.overview(large.rows).doubts == 0


def test_declined_question_keeps_people_until_a_new_change(large: Environment) -> None:
    leave(large, 6)
    large.sync()
    decide(large, disables=False, expected=6)
    large.sync()
    assert large.names("is_enabled = 0") == set()

    large.sync()
    assert user_sync.overview(large.rows).doubts == 0
    large.change("person1", accountEnabled=True)
    large.sync()
    large.change("person1", accountEnabled=False)
    large.sync()
    assert len(large.names("is_enabled = 0")) == 1


def test_outdated_decision_is_refused(large: Environment) -> None:
    leave(large, 7)
    large.sync()

    with pytest.raises(Exception, match="Meanwhile it is 7 people, not 6"):
        decide(large, disables=True, expected=6)
    assert user_sync.overview(large.rows).doubts == 7


def test_first_of_two_decisions_counts(large: Environment) -> None:
    leave(large, 6)
    large.sync()
    decide(large, disables=False, expected=6)

    with pytest.raises(Exception, match="nothing to decide any more"):
        decide(large, disables=True, expected=6)
    large.sync()
    assert large.names("is_enabled = 0") == set()


def test_question_ends_when_people_return(large: Environment) -> None:
    leave(large, 6)
    large.sync()
    for number in range(1, 7):
        large.change(f"person{number}", accountEnabled=True)
    large.sync()

    assert user_sync.overview(large.rows).doubts == 0
    assert large.names("is_enabled = 0") == set()


def test_question_names_the_people(large: Environment) -> None:
    leave(large, 6)
    large.sync()

    shown = settling_store.doubts(large.rows, limit=10)
    assert [reason.value for _, reason in shown] == ["disabled"] * 6
