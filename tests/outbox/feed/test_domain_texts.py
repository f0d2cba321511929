"""Sentences about mail that the email domain took: no copy, no Sent Items, no author."""

from datetime import datetime

import pytest

from portal.outbox.feed.texts import Scene, steps, told
from portal.outbox.models import Kind, Route, State
from tests.outbox.sent_mail import mail


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            State.ASKS,
            "It may have gone out, and Portal cannot tell. The mail server keeps no copy. "
            "An administrator decides.",
        ),
        (State.ACCEPTED, "Sent. The mail server took it."),
    ],
)
def test_state_names_no_copy(now: datetime, state: State, sentence: str) -> None:
    sent = mail("reminder", now=now, route=Route.SMTP, kind=Kind.AUTOMATED, state=state)

    assert told(sent, Scene(now, "priya")).text == sentence


def test_steps_name_the_server(now: datetime) -> None:
    sent = mail(
        "reminder",
        now=now,
        route=Route.SMTP,
        kind=Kind.AUTOMATED,
        author_id=None,
        state=State.ACCEPTED,
        handed_at=now,
        accepted_at=now,
    )

    titles = [each.title for each in steps(sent, [], Scene(now, "priya"))]

    assert titles[:2] == ["Portal made it", "The mail server took it"]
