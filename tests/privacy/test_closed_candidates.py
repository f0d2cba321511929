"""A closed candidate: new mail stays out until they are reopened."""

from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message, skip_searches
from tests.email.search_runs import run
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor


def rosa_in(env: EmailEnvironment) -> str:
    return str(next(iter(raw(env.rows)["candidates"].rows))["id"])


def close(visitor: Visitor, candidate_id: str, closed_as: str = "hired") -> str:
    answer = visitor.post(f"/candidates/{candidate_id}/closing", {"closed_as": closed_as})
    assert answer.status_code == 303, answer.text
    return visitor.text(f"/candidates/{candidate_id}")


def test_new_mail_of_a_closed_candidate_is_not_kept(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    rosa = rosa_in(env)
    env.arrives(PRIYA, raw_message("Before"))
    env.sync(connected_priya)

    page = close(visit_connected, rosa)
    env.arrives(PRIYA, raw_message("After"))
    env.sync(connected_priya)

    assert "Closed: Hired" in page
    assert "Closed: Hired" in visit_connected.text("/candidates")
    assert env.subjects(rosa) == ["Before"]
    assert env.left_out() == {"closed": 1}


def test_message_with_an_open_candidate_too_is_kept_for_that_one(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    rosa, kai = rosa_in(env), env.candidate("Kai Sund", "kai@mail.example")
    close(visit_connected, rosa, "withdrawn")
    env.arrives(PRIYA, raw_message("Both", sender=ROSA, cc="kai@mail.example"))
    env.sync(connected_priya)

    assert env.subjects(kai) == ["Both"]
    assert env.subjects(rosa) == []


def test_reopening_brings_the_mail_of_the_time_between(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    rosa = rosa_in(env)
    skip_searches(env, until="2026-01-01T00:00:00Z")
    run(env)
    # The search for the new candidate was made earlier, not in the second of the reopening.
    raw(env.rows).execute("update searches set asked_at = '2026-01-01T00:00:00Z'")
    raw(env.rows).execute("update candidate_addresses set added_at = '2026-01-01T00:00:00Z'")
    close(visit_connected, rosa)
    env.arrives(PRIYA, raw_message("Between"))
    env.sync(connected_priya)
    while_closed = [run(env), env.subjects(rosa)]

    visit_connected.post(f"/candidates/{rosa}/reopening")
    run(env)

    assert while_closed == [0, []]
    assert env.subjects(rosa) == ["Between"]
    assert "Closed" not in visit_connected.text(f"/candidates/{rosa}")


def test_closing_and_reopening_are_recorded_once(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    rosa = rosa_in(env)
    for _ in range(2):
        visit_connected.post(f"/candidates/{rosa}/closing", {"closed_as": "not_chosen"})
    for _ in range(2):
        visit_connected.post(f"/candidates/{rosa}/reopening")

    acts = [each["action"] for each in raw(env.rows)["audit_log"].rows]
    assert acts.count("candidate closed") == 1
    assert acts.count("candidate reopened") == 1


def test_unknown_reason_is_refused(visit_connected: Visitor, env: EmailEnvironment) -> None:
    rosa = rosa_in(env)

    answer = visit_connected.post(f"/candidates/{rosa}/closing", {"closed_as": "sold"})

    assert answer.status_code in (400, 422)
    assert "Closed" not in visit_connected.text(f"/candidates/{rosa}")
