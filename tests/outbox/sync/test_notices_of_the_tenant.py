"""Mail that the practice tenant does not deliver, with its report in each form."""

import pytest

from portal.outbox import store
from portal.outbox.models import Bounce, State
from sandbox.sending import bounces, reports
from tests.email.environment import ROSA
from tests.outbox.mailbox_sync import sync
from tests.outbox.office import Office


def sent(office: Office, *told: dict[str, str]) -> list[tuple[Bounce | None, str | None]]:
    """Send a mail of which these reports come back, and read what is kept of them."""
    bounces.set_fate(office.env.sandbox.state, ROSA, [*told])
    mail = office.write()
    office.work()
    office.later(seconds=5)
    sync(office, office.priya)
    assert office.state(mail) is State.SEEN
    found = store.recipients(office.env.rows, [mail.id])[mail.id]
    return [(each.bounce, each.status) for each in found]


@pytest.mark.parametrize("form", [each for each in reports.FORMS if each != "text"])
def test_report_in_each_form_is_understood(office: Office, form: str) -> None:
    assert sent(office, {"fate": "unknown", "form": form}) == [(Bounce.FAILED, "5.1.10")]


def test_notice_without_report_may_not_have_arrived(office: Office) -> None:
    assert sent(office, {"fate": "unknown", "form": "text"}) == [(Bounce.UNCLEAR, None)]


def test_failure_replaces_the_delay(office: Office) -> None:
    delayed, expired = {"fate": "delayed"}, {"fate": "expired"}

    assert sent(office, delayed) == [(Bounce.DELAYED, "4.4.7")]
    assert sent(office, delayed, expired) == [(Bounce.FAILED, "4.4.7")]
    assert sent(office, expired, delayed) == [(Bounce.FAILED, "4.4.7")]
