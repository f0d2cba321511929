"""Mail by the organization's consent: whose comes, whose does not, and changes of hands."""

from collections.abc import Callable

import pytest

from portal import clock
from portal.audit.log import Actor
from portal.email import mailboxes, settings_store, store
from portal.errors import NotAllowed
from portal.microsoft365 import (
    connections,
    consent,
    consent_store,
    consenting,
    subscription_store,
    subscriptions,
)
from portal.microsoft365.entra_errors import ConsentMissing, Misconfigured
from portal.microsoft365.errors import NotConnected
from portal.microsoft365.permissions import Feature
from portal.storage.database import write
from portal.users import administration
from tests.email.office import PRIYA, ROSA, TALENT, Office, raw_message

BY = Actor.system("test")


def may_sync(office: Office, user_id: str) -> bool:
    store.take_over_readable(office.db, now=clock.utc_now())
    claim = store.claim_of_person(office.db, user_id, "test", now=clock.utc_now())
    if claim is not None:
        store.CLAIMS.release(office.db, claim, now=clock.utc_now())
    return claim is not None


def test_mail_comes_without_a_connection(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("From Rosa"))
    office.arrives(PRIYA, raw_message("News", sender="news@shop.example"))
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")

    office.sync(priya)
    office.arrives(PRIYA, raw_message("Another"))
    office.sync(priya)

    assert office.subjects(rosa) == ["Another", "From Rosa"]
    assert office.count("connections") == 0
    uses = consent_store.uses(office.db)
    assert uses[Feature.EMAIL_SYNC].last_success_at is not None


def test_aliases_come_where_the_consent_opens_the_directory(office: Office) -> None:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read", "User.Read.All")

    office.sync(priya)

    found = settings_store.aliases_of(office.db, priya)
    assert TALENT in {each.address for each in found}
    assert [each.address for each in found if each.is_included] == [PRIYA]


def test_reading_leaves_one_row_a_day_that_the_person_sees(office: Office) -> None:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")

    office.sync(priya)
    office.sync(priya)

    (access,) = consent_store.accesses_of(office.db, priya)
    assert access["feature"] == Feature.EMAIL_SYNC


def test_without_the_role_nothing_is_read(office: Office) -> None:
    priya = office.hire(PRIYA)

    office.consent("User.Read.All")

    assert not may_sync(office, priya)
    with pytest.raises(NotConnected):
        office.client(priya)()


def test_somebody_of_another_organization_is_not_covered(office: Office) -> None:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")
    office.db.execute("update users set tenant_id = 'another' where id = ?", [priya])

    assert not may_sync(office, priya)
    assert consent.covers(office.db, priya, Feature.EMAIL_SYNC) is None


def test_who_turned_sync_off_is_not_read(office: Office) -> None:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")
    office.sync(priya)

    mailboxes.set_syncing(office.db, priya, is_syncing=False, actor=BY, now=clock.utc_now())

    assert not may_sync(office, priya)
    with pytest.raises(NotConnected):
        office.client(priya)()


def test_who_is_disabled_is_not_read(office: Office) -> None:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")
    office.sync(priya)

    administration.set_enabled(office.db, priya, enabled=False, actor=BY, now=clock.utc_now())

    assert not may_sync(office, priya)
    with pytest.raises(NotAllowed):
        office.client(priya)()


def test_consent_that_is_withdrawn_stops_work_and_starts_it_again(office: Office) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("Before"))
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")
    office.sync(priya)

    office.withdraw_consent()
    office.arrives(PRIYA, raw_message("Meanwhile"))
    consenting.look_again(office.db, office.services.microsoft365)

    assert not may_sync(office, priya)
    assert office.subjects(rosa) == ["Before"]
    with pytest.raises(ConsentMissing):
        office.services.microsoft365.organization_client()

    office.sandbox.control("POST", "consent", {"roles": ["Mail.Read"], "scopes": []})
    consenting.look_again(office.db, office.services.microsoft365)
    office.sync(priya)

    assert office.subjects(rosa) == ["Before", "Meanwhile"]
    assert office.count("message_copies") == 2


def connect_then_consent(office: Office) -> str:
    priya = office.connect(PRIYA)
    office.sync(priya)
    office.consent("Mail.Read")
    return priya


def consent_then_connect(office: Office) -> str:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")
    office.sync(priya)
    office.connect(PRIYA)
    office.withdraw_consent()
    consenting.look_again(office.db, office.services.microsoft365)
    return priya


@pytest.mark.parametrize("change_hands", [connect_then_consent, consent_then_connect])
def test_the_place_in_a_mailbox_is_kept_when_another_token_reads_it(
    office: Office, change_hands: Callable[[Office], str]
) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("Old"))
    priya = change_hands(office)
    office.arrives(PRIYA, raw_message("New"))

    office.sync(priya)

    assert office.subjects(rosa) == ["New", "Old"]
    assert office.count("message_copies") == 2


def test_a_role_taken_back_in_the_midst_is_looked_for(office: Office) -> None:
    """The token at hand still carries it for an hour; what it may not do shows it."""
    office.hire(PRIYA)
    office.consent("Mail.Read", "User.Read.All")

    office.sandbox.control("DELETE", "consent", {"roles": ["Mail.Read"], "scopes": []})
    consenting.look_again(office.db, office.services.microsoft365)

    given = consent_store.consent(office.db)
    assert given is not None
    assert (given.is_working, given.roles) == (True, frozenset({"User.Read.All"}))
    actions = [row["action"] for row in office.db.query("select action from audit_log")]
    assert actions[-1] == "organization consent changed"


def test_secret_that_does_not_work_says_nothing_about_the_consent(office: Office) -> None:
    office.consent("Mail.Read")
    client = office.services.microsoft365.config.client_id
    office.sandbox.control("PATCH", f"applications/{client}", {"installed": False})

    with pytest.raises(Misconfigured):
        consenting.look_again(office.db, office.services.microsoft365)

    given = consent_store.consent(office.db)
    assert given is not None
    assert given.is_working
    assert given.failure is not None


def test_subscription_is_opened_in_the_organizations_name(office: Office) -> None:
    priya = office.hire(PRIYA)
    office.consent("Mail.Read")
    now = clock.utc_now()
    subscriptions.plan(office.db, now=now)
    (due,) = subscription_store.due_ids(office.db, now=now)
    claimed = subscriptions.claim(office.db, due, by="test", now=now)
    assert claimed is not None
    assert claimed.user_id == priya

    graph = office.client(priya)()

    assert graph.is_app_only
    assert graph.mailbox_path == f"/users/{office.sandbox.oid(PRIYA)}"


def test_a_connection_of_ones_own_is_what_remains(office: Office) -> None:
    priya = office.connect(PRIYA)
    office.consent("Mail.Read")
    assert office.client(priya)().is_app_only

    with write(office.db):
        consent_store.delete(office.db)

    assert not office.client(priya)().is_app_only
    assert connections.usable(office.db, priya, Feature.EMAIL_SYNC).user_id == priya
