"""Fences of Exchange in the practice tenant, and Portal's checks of them."""

from portal.diagnostics import remote_checks
from portal.diagnostics.models import Check
from portal.microsoft365 import consent_store, consent_verification
from portal.microsoft365.models import Consent
from tests.email.environment import EmailEnvironment


def fence(env: EmailEnvironment, *addresses: str, is_closed: bool = True) -> None:
    for address in addresses:
        env.sandbox.control("PATCH", f"users/{address}", {"fenced": is_closed})


def given(env: EmailEnvironment) -> Consent:
    found = consent_store.consent(env.rows)
    assert found is not None
    return found


def check_again(env: EmailEnvironment) -> Consent:
    consent_verification.look_again(env.rows, env.services.microsoft365)
    return given(env)


def checked(env: EmailEnvironment, name: str) -> Check:
    return next(each for each in remote_checks.checks(env.services) if each.name == name)
