"""Google Workspace as the platform: its application, turning it on, and turning it off."""

from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import Actor, record
from portal.entra.errors import AuthorityUnavailable
from portal.errors import Conflict, Invalid
from portal.google import store
from portal.google.errors import ClientRefused
from portal.google.models import Application, Entered, Workspace
from portal.google.provider import Provider
from portal.storage import platforms, sessions
from portal.storage.platforms import Platform
from portal.storage.rows import ConstraintRefused, Rows
from portal.users import store as users
from portal.vault import Unreadable, Vault, Where

PLATFORM = Platform.GOOGLE_WORKSPACE
SECRET_PLACE = Where("google_applications", "client_secret", store.ID, "")
NO_SECRET = "Enter the client secret. It is the one that belongs to this client ID."  # noqa: S105  # a sentence


def overview(rows: Rows) -> Workspace:
    enabled = platforms.enabled(rows)
    is_other = enabled is not None and enabled is not PLATFORM
    return Workspace(
        store.entered(rows),
        platforms.decided(rows, PLATFORM),
        in_the_way=enabled.label if enabled and is_other else "",
    )


def in_force(rows: Rows, vault: Vault) -> Application | None:
    """The application of the platform that is on; a secret that does not open is never used."""
    entered = store.entered(rows)
    if platforms.enabled(rows) is not PLATFORM or entered is None:
        return None
    secret = _opened(vault, entered)
    return Application(entered.client_id, secret, entered.hosted_domain) if secret else None


def completed(
    rows: Rows, vault: Vault, *, client_id: str, client_secret: str, hosted_domain: str
) -> Application:
    """An empty secret stands for the stored one, but only of the same client."""
    before = store.entered(rows)
    if not client_secret and before is not None and before.client_id == client_id:
        client_secret = _opened(vault, before)
    if not client_secret:
        raise Invalid(NO_SECRET, field="client_secret")
    return Application(client_id, client_secret, hosted_domain)


def insist_that_it_works(provider: Provider, application: Application, redirect_uri: str) -> None:
    """Asked before it replaces what works; Google answers while somebody waits."""
    try:
        provider.check(application, redirect_uri=redirect_uri)
    except ClientRefused as refusal:
        raise Invalid(f"{refusal} Nothing was saved.", field="client_secret") from refusal
    except AuthorityUnavailable as refusal:
        raise Invalid(f"{refusal} Nothing was saved.") from refusal


def enter(
    rows: Rows, vault: Vault, application: Application, *, actor: Actor, now: datetime
) -> None:
    entered = Entered(
        client_id=application.client_id,
        hosted_domain=application.hosted_domain,
        entered_by=actor.name,
        entered_at=now,
        sealed_client_secret=vault.seal(application.client_secret, where=SECRET_PLACE),
    )
    with rows.write():
        before = store.entered(rows)
        store.save(rows, entered)
        record(
            rows,
            actor=actor,
            action=Action.APPLICATION_ENTERED,
            target=PLATFORM.label,
            old=_named(before),
            new=_named(entered),
            at=now,
        )


def enable(rows: Rows, *, actor: Actor, now: datetime) -> None:
    """Refused by the table while another platform is on. Asked twice, it changes nothing."""
    if store.entered(rows) is None:
        raise Conflict("Enter the application first: its client ID, its secret and your domain.")
    try:
        with rows.write():
            if platforms.enabled(rows) is not PLATFORM:
                platforms.save(rows, PLATFORM, is_enabled=True, changed_by=actor.name, now=now)
                _note(rows, actor, now, is_enabled=True)
    except ConstraintRefused as error:
        raise Conflict(
            f"One platform at a time: disable {Platform.MICROSOFT_365.label} first."
        ) from error


def disable(rows: Rows, *, issuer: str, actor: Actor, now: datetime) -> int:
    """Keeps people and what they did; who signed in by Google alone is signed out. How many."""
    with rows.write():
        if platforms.enabled(rows) is not PLATFORM:
            return 0
        platforms.save(rows, PLATFORM, is_enabled=False, changed_by=actor.name, now=now)
        ended = [
            sessions.delete_of_user(rows, user_id)
            for user_id in users.ids_without_password(rows, tenant_id=issuer)
        ]
        _note(rows, actor, now, is_enabled=False)
    return sum(1 for count in ended if count)


def _note(rows: Rows, actor: Actor, now: datetime, *, is_enabled: bool) -> None:
    record(
        rows,
        actor=actor,
        action=Action.PLATFORM_ENABLED if is_enabled else Action.PLATFORM_DISABLED,
        target=PLATFORM.label,
        old="off" if is_enabled else "on",
        new="on" if is_enabled else "off",
        at=now,
    )


def _named(entered: Entered | None) -> str | None:
    return f"{entered.client_id}, {entered.hosted_domain}" if entered else None


def _opened(vault: Vault, entered: Entered) -> str:
    try:
        return vault.open(entered.sealed_client_secret, where=SECRET_PLACE)
    except Unreadable:
        return ""
