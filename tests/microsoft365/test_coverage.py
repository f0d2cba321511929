"""Grants that Exchange keeps: mail is read without a role in the token."""

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.diagnostics.models import Verdict
from portal.email import mailboxes
from portal.integrations import overview, receipt
from portal.microsoft365 import authorizations, coverage
from portal.microsoft365.permissions import Feature, roles_needed
from sandbox import quirks
from sandbox.sending import ledger
from tests.email.conftest import env
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message
from tests.microsoft365.fences import check_again, checked, fence, given

__all__ = ["env"]


@pytest.fixture
def scoped(env: EmailEnvironment) -> EmailEnvironment:
    """An organization whose grants for mailboxes Exchange keeps."""
    env.sandbox.control("POST", "quirks", {quirks.RBAC_SCOPE.name: True})
    return env


def test_mail_is_read_without_a_role_in_the_token(scoped: EmailEnvironment) -> None:
    rosa = scoped.candidate("Rosa Ortega", ROSA)
    scoped.arrives(PRIYA, raw_message("From Rosa"))
    priya = scoped.hire(PRIYA)

    scoped.consent(*roles_needed())
    scoped.sync(priya)

    assert scoped.subjects(rosa) == ["From Rosa"]
    found = given(scoped)
    assert found.token_roles == {"User.Read.All", "Place.Read.All"}
    assert found.roles == set(roles_needed())
    assert {each.role: each.name for each in found.proofs} == {
        "Mail.Read": "Priya Kaur",
        "Calendars.Read": "Priya Kaur",
    }


def test_only_what_exchange_grants_is_a_consent(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)

    scoped.consent("Mail.Read")

    assert given(scoped).is_working
    assert given(scoped).roles == {"Mail.Read"}
    assert scoped.services.microsoft365.tokens.fetch().roles == frozenset()
    assert given(scoped).is_working


def test_closed_mailbox_does_not_prove_the_contrary(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.hire(ALEX)
    fence(scoped, PRIYA)

    scoped.consent(*roles_needed())

    assert {each.name for each in given(scoped).proofs} == {"Alex Berg"}
    assert "Mail.Read" in given(scoped).roles


def test_closed_mailboxes_prove_nothing(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    fence(scoped, PRIYA)

    scoped.consent(*roles_needed())

    assert given(scoped).roles == {"User.Read.All", "Place.Read.All"}
    assert [each.scope for each in overview.organization(scoped.rows, is_configured=True).missing]


def test_withdrawn_grant_of_exchange_is_noticed(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.hire(ALEX)
    scoped.consent(*roles_needed())
    fence(scoped, PRIYA, ALEX)

    lost = check_again(scoped)
    fence(scoped, ALEX, is_closed=False)
    returned = check_again(scoped)

    assert lost.roles == {"User.Read.All", "Place.Read.All"}
    assert returned.roles == set(roles_needed())
    assert returned.version > lost.version


def test_withdrawn_only_grant_ends_the_consent(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.consent("Mail.Read")

    scoped.sandbox.control("DELETE", "consent", {"roles": ["Mail.Read"], "scopes": []})
    lost = check_again(scoped)

    assert (lost.is_lost, lost.roles, lost.proofs) == (True, frozenset(), ())


def test_silence_of_exchange_takes_nothing_away(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.consent(*roles_needed())
    scoped.sandbox.control(
        "POST", "faults", {"path": r"^/v1\.0/\$batch$", "status": 503, "times": 50}
    )

    assert check_again(scoped).roles == set(roles_needed())


def test_role_in_the_token_needs_no_proof(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.consent(*roles_needed())
    scoped.sandbox.control("POST", "quirks", {quirks.RBAC_SCOPE.name: False})

    found = check_again(scoped)

    assert found.token_roles == set(roles_needed())
    assert found.proofs == ()


def test_person_who_turned_email_off_is_not_read_as_proof(scoped: EmailEnvironment) -> None:
    act = Act(scoped.rows, Actor.system("test"), clock.utc_now())
    mailboxes.set_syncing(act, scoped.hire(PRIYA), is_syncing=False)

    scoped.consent(*roles_needed())

    assert "Mail.Read" not in given(scoped).roles


def turn_sending_on(env: EmailEnvironment) -> None:
    authorizations.set_sending(Act(env.rows, Actor.system("test"), clock.utc_now()), wanted=True)


def test_grant_to_send_shows_without_a_mail(scoped: EmailEnvironment) -> None:
    priya = scoped.hire(PRIYA)
    turn_sending_on(scoped)

    scoped.consent(*roles_needed(), "Mail.Send")

    assert "Mail.Send" in given(scoped).roles
    assert "Mail.Send" not in given(scoped).token_roles
    assert ledger.deliveries(scoped.sandbox.state) == []
    assert coverage.covers(scoped.rows, priya, Feature.SENDING) is not None
    said = "a mail to nobody from the mailbox of Priya Kaur was refused only as empty"
    assert said in checked(scoped, "Token").found
    routes = {each.permission: each.route for each in receipt.rows(scoped.rows)}
    assert "a mail to nobody that was refused as empty" in routes["Mail.Send"]


@pytest.mark.parametrize(("is_on", "roles"), [(False, ["Mail.Send"]), (True, [])])
def test_grant_to_send_is_not_assumed(
    scoped: EmailEnvironment, is_on: bool, roles: list[str]
) -> None:
    scoped.hire(PRIYA)
    if is_on:
        turn_sending_on(scoped)

    scoped.consent(*roles_needed(), *roles)

    assert given(scoped).roles == set(roles_needed())


def test_withdrawn_grant_to_send_is_noticed(scoped: EmailEnvironment) -> None:
    priya = scoped.hire(PRIYA)
    turn_sending_on(scoped)
    scoped.consent(*roles_needed(), "Mail.Send")
    scoped.withdraw_consent()
    scoped.sandbox.control("POST", "consent", {"roles": list(roles_needed())})

    check_again(scoped)

    assert given(scoped).roles == set(roles_needed())
    assert coverage.covers(scoped.rows, priya, Feature.SENDING) is None


def test_checks_say_by_which_read_a_permission_is_proven(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.consent(*roles_needed())

    token = checked(scoped, "Token")

    assert token.verdict is Verdict.OK
    day = given(scoped).proofs[0].read_at.date()
    said = "Mail.Read is granted in Exchange, not in the token"
    assert f"{said}: the mailbox of Priya Kaur was read on {day} (UTC)." in token.found


def test_receipt_says_that_exchange_granted_it(scoped: EmailEnvironment) -> None:
    scoped.hire(PRIYA)
    scoped.consent(*roles_needed())

    routes = {each.permission: each.route for each in receipt.rows(scoped.rows)[:4]}

    assert routes["Mail.Read"].startswith("Granted in Exchange, shown by reading a mailbox on")
    assert routes["User.Read.All"].startswith("Admin consent")
