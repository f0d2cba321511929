"""1,050 automated mails: 1,000 go, 50 are held with the time when they go on, then they go."""

from datetime import timedelta

import pytest

from portal import clock
from portal.microsoft365 import consent_store
from portal.outbox import automated, automated_store
from portal.outbox.automated import Notice
from portal.outbox.models import State
from tests.email.environment import EmailEnvironment
from tests.outbox.office import Office
from tests.support.raw_rows import raw

COUNT, HELD = 1_050, 50


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The organization lets jobs@ send. Nothing may read its copies, which saves the searches."""
    office = Office(env, monkeypatch)
    office.open()
    office.consent("User.Read.All", "Mail.Send")
    given = consent_store.consent(env.rows)
    assert given is not None
    raw(env.rows).table("users").update(office.jobs, {"tenant_id": given.tenant_id})
    with env.rows.write():
        choice = automated_store.Choice(office.jobs, "Alex Berg", clock.utc_now())
        automated_store.save_choice(env.rows, choice)
    return office


def queue_all(office: Office) -> None:
    services = office.env.services
    with services.rows.write():
        for number in range(COUNT):
            address = f"candidate-{number}@mail.example"
            automated.queue_automated(
                services.rows,
                services.vault,
                services.config,
                Notice(address, "", "Your interview tomorrow", "Until tomorrow."),
                now=clock.utc_now(),
            )


def count(office: Office, state: State) -> int:
    return raw(office.env.rows).table("outbox").count_where("state = ?", [state])


def test_thousand_go_and_the_rest_is_held(office: Office) -> None:
    start = clock.utc_now()
    queue_all(office)

    for _ in range(45):
        office.later(seconds=61)

    budget = automated.budget(office.env.rows, now=clock.utc_now())
    [waiting] = automated_store.waiting(office.env.rows, now=clock.utc_now())
    assert (budget.sent, waiting.count) == (1_000, HELD)
    assert count(office, State.ACCEPTED) == 1_000
    assert waiting.next_at == budget.next_at
    assert timedelta(hours=24) <= waiting.next_at - start < timedelta(hours=24, minutes=3)

    office.later(hours=24)
    for _ in range(3):
        office.later(seconds=61)

    assert count(office, State.ACCEPTED) == COUNT
    assert set(office.delivered().values()) == {1}
    assert len(office.delivered()) == COUNT
