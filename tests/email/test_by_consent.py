"""Email sync by the organization's consent: whose mailbox is read, and when that changes."""

from collections.abc import Callable

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import mailboxes, settings_store, store
from portal.entra.errors import ConsentMissing, Misconfigured
from portal.errors import NotAllowed
from portal.graph.errors import NotConnected
from portal.microsoft365 import (
    connections,
    consent_store,
    consent_verification,
    coverage,
    status,
)
from portal.microsoft365.permissions import Feature
from portal.subscriptions import store as subscription_store
from portal.users import administration
from portal.worker.due import SUBSCRIPTIONS
from tests.email.environment import PRIYA, ROSA, TALENT, EmailEnvironment, raw_message
from tests.support.raw_rows import raw

BY = Actor.system("test")


def may_sync(env: EmailEnvironment, user_id: str) -> bool:
    store.take_over_readable(env.rows, now=clock.utc_now())
    claim = store.claim_of_person(env.rows, user_id, "test", now=clock.utc_now())
    if claim is not None:
        store.CLAIMS.release(env.rows, claim, due_at=clock.utc_now())
    return claim is not None


def test_mailbox_syncs_without_a_connection(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("From Rosa"))
    env.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")

    env.sync(priya)
    env.arrives(PRIYA, raw_message("Another"))
    env.sync(priya)

    assert env.subjects(rosa) == ["Another", "From Rosa"]
    assert env.count("connections") == 0
    uses = consent_store.uses(env.rows)
    assert uses[Feature.EMAIL_SYNC].last_success_at is not None


def test_aliases_are_read_by_consent(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read", "User.Read.All")

    env.sync(priya)

    found = settings_store.aliases_of(env.rows, priya)
    assert TALENT in {each.address for each in found}
    assert [each.address for each in found if each.is_included] == [PRIYA]


def test_access_is_recorded_once_a_day(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")

    env.sync(priya)
    env.sync(priya)

    (access,) = consent_store.accesses_of(env.rows, priya)
    assert access.feature == Feature.EMAIL_SYNC


def test_mailbox_without_the_role_is_not_read(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)

    env.consent("User.Read.All")

    assert not may_sync(env, priya)
    with pytest.raises(NotConnected):
        env.client(priya)()


def test_person_of_another_organization_is_not_covered(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    raw(env.rows).execute("update users set tenant_id = 'another' where id = ?", [priya])

    assert not may_sync(env, priya)
    assert coverage.covers(env.rows, priya, Feature.EMAIL_SYNC) is None


def test_mailbox_with_sync_off_is_not_read(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    env.sync(priya)

    mailboxes.set_syncing(
        Act(env.rows, BY, clock.utc_now()),
        priya,
        is_syncing=False,
    )

    assert not may_sync(env, priya)
    with pytest.raises(NotConnected):
        env.client(priya)()


def test_mailbox_of_a_disabled_person_is_not_read(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    env.sync(priya)

    administration.set_enabled(
        Act(env.rows, BY, clock.utc_now()),
        priya,
        enabled=False,
    )

    assert not may_sync(env, priya)
    with pytest.raises(NotAllowed):
        env.client(priya)()


def test_work_stops_and_starts_with_the_consent(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Before"))
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    env.sync(priya)

    env.withdraw_consent()
    env.arrives(PRIYA, raw_message("Meanwhile"))
    consent_verification.look_again(env.rows, env.services.microsoft365)

    assert not may_sync(env, priya)
    assert env.subjects(rosa) == ["Before"]
    with pytest.raises(ConsentMissing):
        env.services.microsoft365.organization_client()

    env.sandbox.control("POST", "consent", {"roles": ["Mail.Read"], "scopes": []})
    consent_verification.look_again(env.rows, env.services.microsoft365)
    env.sync(priya)

    assert env.subjects(rosa) == ["Before", "Meanwhile"]
    assert env.count("message_copies") == 2


def connect_then_consent(env: EmailEnvironment) -> str:
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.consent("Mail.Read")
    return priya


def consent_then_connect(env: EmailEnvironment) -> str:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    env.sync(priya)
    env.connect(PRIYA)
    env.withdraw_consent()
    consent_verification.look_again(env.rows, env.services.microsoft365)
    return priya


@pytest.mark.parametrize("change_hands", [connect_then_consent, consent_then_connect])
def test_cursor_survives_a_change_of_token(
    env: EmailEnvironment, change_hands: Callable[[EmailEnvironment], str]
) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Old"))
    priya = change_hands(env)
    env.arrives(PRIYA, raw_message("New"))

    env.sync(priya)

    assert env.subjects(rosa) == ["New", "Old"]
    assert env.count("message_copies") == 2


def test_revoked_role_is_detected_by_a_refused_call(env: EmailEnvironment) -> None:
    """The old token still lists the role for an hour. Only the refused call shows the loss."""
    env.hire(PRIYA)
    env.consent("Mail.Read", "User.Read.All")

    env.sandbox.control("DELETE", "consent", {"roles": ["Mail.Read"], "scopes": []})
    consent_verification.look_again(env.rows, env.services.microsoft365)

    given = consent_store.consent(env.rows)
    assert given is not None
    assert (given.is_working, given.roles) == (True, frozenset({"User.Read.All"}))
    actions = [
        row["action"] for row in raw(env.rows).query("select action from audit_log order by rowid")
    ]
    assert actions[-1] == "organization consent changed"


def test_wrong_secret_leaves_the_consent_alone(env: EmailEnvironment) -> None:
    env.consent("Mail.Read")
    client = env.services.microsoft365.config.client_id
    env.sandbox.control("PATCH", f"applications/{client}", {"installed": False})

    with pytest.raises(Misconfigured):
        consent_verification.look_again(env.rows, env.services.microsoft365)

    given = consent_store.consent(env.rows)
    assert given is not None
    assert given.is_working
    assert given.failure is not None


def test_subscription_is_opened_in_the_organizations_name(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    now = clock.utc_now()
    claim = SUBSCRIPTIONS.claim(env.services, "test", now=now)
    assert claim is not None
    claimed = subscription_store.subscription(env.rows, claim.row_id)
    assert claimed is not None
    assert claimed.user_id == priya

    graph = env.client(priya)()

    assert graph.is_app_only
    assert graph.mailbox_path == f"/users/{env.sandbox.oid(PRIYA)}"


def test_own_connection_remains_without_consent(env: EmailEnvironment) -> None:
    priya = env.connect(PRIYA)
    env.consent("Mail.Read")
    assert env.client(priya)().is_app_only

    with env.rows.write():
        consent_store.delete(env.rows)

    assert not env.client(priya)().is_app_only
    assert connections.usable(env.rows, priya, Feature.EMAIL_SYNC).user_id == priya


def test_success_by_consent_is_shown_without_a_connection(env: EmailEnvironment) -> None:
    priya = env.hire(PRIYA)
    env.consent("Mail.Read")
    env.sync(priya)
    for is_enabled in (False, True):
        administration.set_enabled(Act(env.rows, BY, clock.utc_now()), priya, enabled=is_enabled)

    standing = status.standing_of(env.rows, priya, now=clock.utc_now())

    row = next(each for each in standing.rows if each.permissions.feature is Feature.EMAIL_SYNC)
    assert row.words == "Working"
    assert row.last_success_at is not None
