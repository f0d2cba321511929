"""One attempt and its outcomes, by what each recipient got in the practice tenant."""


import pytest

from portal.outbox.models import State
from tests.email.conftest import env
from tests.email.environment import TALENT, EmailEnvironment
from tests.outbox.office import Office, once

__all__ = ["env"]


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    opened = Office(env, monkeypatch)
    opened.open()
    opened.consent()
    return opened


def test_mail_goes_out_once_and_its_copy_is_found(office: Office) -> None:
    mail = office.write()

    office.work()
    accepted = office.state(mail)
    office.later(seconds=5)

    seen = office.mail(mail)
    assert (accepted, seen.state, seen.failure) == (State.ACCEPTED, State.SEEN, None)
    assert (seen.from_seen, seen.sender_seen, seen.copies_found) == (TALENT, TALENT, 1)
    assert office.delivered() == once(mail)


def test_connection_cut_after_acceptance_is_found_by_the_mark(office: Office) -> None:
    office.fault(carriedOut=True, reset=True)
    mail = office.write()

    office.work()
    unknown = office.state(mail)
    office.later(seconds=5)

    assert (unknown, office.state(mail)) == (State.UNKNOWN, State.SEEN)
    assert office.delivered() == once(mail)
