"""Mailboxes that Exchange keeps closed to the organization's consent."""

from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock, create_app
from portal.diagnostics.models import Verdict
from portal.email import mailboxes, settings_store, store
from portal.email.jobs import MAILBOXES
from portal.errors import PortalError
from portal.graph.errors import CLOSED, MailboxFenced
from portal.microsoft365 import consent_store, coverage, status
from portal.microsoft365.models import FeatureState
from portal.microsoft365.permissions import Feature, roles_needed
from portal.microsoft365.status import feature_state
from portal.users import people_store
from portal.worker.retry import setback
from sandbox import quirks
from tests.email.conftest import env
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, config, raw_message
from tests.microsoft365.fences import check_again, checked, fence
from tests.support.visitors import visitor, words

__all__ = ["env"]


def follow_due(env: EmailEnvironment, *, after: timedelta = timedelta()) -> list[str]:
    """Let a worker sync each mailbox that is due after that time. Returns their failures."""
    now = clock.utc_now() + after
    store.take_over_readable(env.rows, now=now)
    failures = []
    for user_id in env.rows.all(str, "select user_id from mailboxes"):
        which = f"b.user_id = '{user_id}'"
        claim = MAILBOXES.claim(env.services, "test", now=now, which=which)
        if claim is None:
            continue
        try:
            MAILBOXES.work(env.services, claim, lambda: False)
        except PortalError as error:
            failures.append(str(error))
            MAILBOXES.fail(env.services, claim, setback(error), now=now)
    return failures


@pytest.fixture(params=[False, True], ids=["policy", "rbac"])
def fenced(request: pytest.FixtureRequest, env: EmailEnvironment) -> EmailEnvironment:
    """An organization that keeps Priya's mailbox closed, by either kind of fence."""
    env.sandbox.control("POST", "quirks", {quirks.RBAC_SCOPE.name: request.param})
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("From Rosa"))
    env.hire(ALEX)
    fence(env, PRIYA)
    env.consent(*roles_needed())
    return env


def test_closed_mailbox_is_a_state_of_that_mailbox(fenced: EmailEnvironment) -> None:
    priya, alex = fenced.hire(PRIYA), fenced.hire(ALEX)

    failures = follow_due(fenced)

    assert failures == [CLOSED]
    shown = feature_state(fenced.rows, priya, Feature.EMAIL_SYNC)
    assert shown is FeatureState.CLOSED
    assert feature_state(fenced.rows, alex, Feature.EMAIL_SYNC) is FeatureState.READY
    standing = status.standing_of(fenced.rows, priya, now=clock.utc_now())
    row = next(each for each in standing.rows if each.permissions.feature is Feature.EMAIL_SYNC)
    assert (row.words, row.failure, standing.words[0]) == ("Mailbox closed", CLOSED, row.words)
    labels = {each.user.id: each.connection_label for each in people_store.people(fenced.rows)}
    assert labels == {priya: "Mailbox closed", alex: "By the organization"}


def test_closed_mailbox_is_no_failure_of_the_consent(fenced: EmailEnvironment) -> None:
    follow_due(fenced)

    checked_again = check_again(fenced)

    assert checked_again.is_working
    assert checked_again.failure is None
    assert checked_again.roles == set(roles_needed())
    email = checked(fenced, "Email sync")
    assert email.verdict is Verdict.OK
    assert email.found.endswith("Exchange keeps 1 mailbox closed to Portal.")


def test_closed_mailbox_is_tried_every_half_hour(fenced: EmailEnvironment) -> None:
    follow_due(fenced)

    early = follow_due(fenced, after=timedelta(minutes=29))
    on_time = [follow_due(fenced, after=timedelta(minutes=31 * n)) for n in (1, 2, 3)]

    assert early == []
    assert on_time == [[CLOSED]] * 3


def test_opened_mailbox_recovers_on_its_own(fenced: EmailEnvironment) -> None:
    priya = fenced.hire(PRIYA)
    follow_due(fenced)
    fence(fenced, PRIYA, is_closed=False)

    assert follow_due(fenced, after=timedelta(minutes=31)) == []

    assert feature_state(fenced.rows, priya, Feature.EMAIL_SYNC) is FeatureState.READY
    assert fenced.count("message_copies") == 1


def test_opened_mailbox_recovers_when_somebody_checks(fenced: EmailEnvironment) -> None:
    priya = fenced.hire(PRIYA)
    follow_due(fenced)
    fence(fenced, PRIYA, is_closed=False)

    check_again(fenced)
    assert feature_state(fenced.rows, priya, Feature.EMAIL_SYNC) is FeatureState.READY

    assert follow_due(fenced, after=timedelta(seconds=2)) == []
    assert fenced.count("message_copies") == 1


def test_opened_mailbox_recovers_when_its_owner_asks(fenced: EmailEnvironment) -> None:
    priya = fenced.hire(PRIYA)
    follow_due(fenced)
    fence(fenced, PRIYA, is_closed=False)
    known = settings_store.status(fenced.rows, priya, now=clock.utc_now())
    assert known is not None

    mailboxes.ask(fenced.rows, known.mailbox_id, clock.utc_now(), read_addresses=False)

    assert follow_due(fenced) == []
    assert fenced.count("message_copies") == 1


def test_own_connection_opens_a_closed_mailbox(fenced: EmailEnvironment) -> None:
    priya = fenced.connect(PRIYA)

    assert follow_due(fenced) == []

    assert fenced.count("message_copies") == 1
    assert feature_state(fenced.rows, priya, Feature.EMAIL_SYNC) is FeatureState.READY
    assert coverage.covers(fenced.rows, priya, Feature.EMAIL_SYNC) is None


def test_fence_inside_an_envelope_is_the_same_state(fenced: EmailEnvironment) -> None:
    fenced.sandbox.control("POST", "quirks", {quirks.WRAPPED_ERRORS.name: True})
    priya = fenced.hire(PRIYA)

    assert follow_due(fenced) == [CLOSED]

    assert consent_store.closed_since(fenced.rows, priya) is not None
    refused = fenced.services.microsoft365.client_for(Feature.EMAIL_SYNC, priya)
    with pytest.raises(MailboxFenced, match="Exchange keeps this mailbox closed"):
        refused.post("/subscriptions", subscription(refused.mailbox_path))


def subscription(mailbox: str) -> dict[str, str]:
    return {
        "changeType": "created",
        "notificationUrl": "https://localhost:1/notifications",
        "resource": f"{mailbox.removeprefix('/')}/messages",
        "expirationDateTime": clock.text(clock.utc_now() + timedelta(hours=1)),
    }


def test_pages_of_a_closed_mailbox_agree(fenced: EmailEnvironment, instance: Path) -> None:
    priya = fenced.hire(PRIYA)
    follow_due(fenced)
    browser = visitor(create_app(config(instance, fenced.sandbox)), priya)

    email, state = (words(browser.get(f"/settings/{page}")) for page in ("email", "microsoft-365"))

    assert "Portal may not open your mailbox" in email
    assert "Check for new mail" in email
    assert "Reading the list of folders" not in email
    assert "Your own connection would open it." in state
    assert "it is synced already" not in state
