"""After access was revoked: whether the mailbox is still read, and what the page says of it."""

from portal import clock
from portal.email import store
from portal.flows.outcomes import ConnectionOutcome
from tests.claims.checks import claims
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, follow, raw_message
from tests.support.visitors import Visitor, words

STILL_OPEN = "Your organization's consent still lets it read your mailbox."
READS_NO_MORE = "no longer reads your mailbox"


def revoke(visitor: Visitor) -> str:
    answer = visitor.post("/settings/microsoft-365/revocation")
    return words(visitor.get(answer.location)).replace("&#39;", "'")


def arrives_and_is_read(env: EmailEnvironment, user_id: str, subject: str) -> bool:
    """Whether the worker opens the mailbox for a new message, by the tenant's own record."""
    env.arrives(PRIYA, raw_message(subject))
    env.sandbox.control("DELETE", "requests")
    store.take_over_readable(env.rows, now=clock.utc_now())
    claim = store.claim_of_person(env.rows, user_id, "test", now=clock.utc_now())
    if claim is not None:
        follow(env, claim)
    called = env.sandbox.control("GET", "requests")["value"]
    return any("/messages" in each["path"] for each in called)


@claims(ConnectionOutcome.STILL_OPEN)
def test_revoking_says_that_the_consent_still_opens_the_mailbox(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    rosa = env.candidate("Rosa Again", ROSA)
    env.consent("Mail.Read")
    asked = visit_connected.text("/settings/microsoft-365/revocation")

    page = revoke(visit_connected)
    is_read = arrives_and_is_read(env, connected_priya, "After revoking")

    assert "consent still lets Portal read your mailbox, until you turn email sync off" in asked
    assert STILL_OPEN in page
    assert READS_NO_MORE not in page
    assert is_read
    assert "After revoking" in env.subjects(rosa)


def test_turning_sync_off_there_makes_the_other_sentence_true(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    env.consent("Mail.Read")
    revoke(visit_connected)

    visit_connected.post("/settings/email/sync", {"on": "0"})
    page = words(visit_connected.get("/oauth/microsoft/outcome/still-open"))

    assert READS_NO_MORE in page
    assert not arrives_and_is_read(env, connected_priya, "After turning off")


@claims(ConnectionOutcome.REVOKED)
def test_without_consent_the_mailbox_is_read_no_more(
    env: EmailEnvironment, connected_priya: str, visit_connected: Visitor
) -> None:
    page = revoke(visit_connected)

    assert READS_NO_MORE in page
    assert not arrives_and_is_read(env, connected_priya, "After revoking")
