"""Google Workspace as the platform: its application, enable and disable."""

from portal.audit.act import Act
from portal.audit.actions import Action
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
    """The application of the enabled platform. A secret that does not open is never used."""
    entered = store.entered(rows)
    if platforms.enabled(rows) is not PLATFORM or entered is None:
        return None
    secret = _opened(vault, entered)
    return Application(entered.client_id, secret, entered.hosted_domain) if secret else None


def completed(
    rows: Rows, vault: Vault, *, client_id: str, client_secret: str, hosted_domain: str
) -> Application:
    """Complete an application: an empty secret means the stored one of the same client."""
    before = store.entered(rows)
    if not client_secret and before is not None and before.client_id == client_id:
        client_secret = _opened(vault, before)
    if not client_secret:
        raise Invalid(NO_SECRET, field="client_secret")
    return Application(client_id, client_secret, hosted_domain)


def require_working(provider: Provider, application: Application, redirect_uri: str) -> None:
    """Test an application at Google before it replaces the working one."""
    try:
        provider.check(application, redirect_uri=redirect_uri)
    except ClientRefused as refusal:
        raise Invalid(f"{refusal} Nothing was saved.", field="client_secret") from refusal
    except AuthorityUnavailable as refusal:
        raise Invalid(f"{refusal} Nothing was saved.") from refusal


def enter(act: Act, vault: Vault, application: Application) -> None:
    entered = Entered(
        client_id=application.client_id,
        hosted_domain=application.hosted_domain,
        entered_by=act.actor.name,
        entered_at=act.now,
        sealed_client_secret=vault.seal(application.client_secret, where=SECRET_PLACE),
    )
    with act.rows.write():
        before = store.entered(act.rows)
        store.save(act.rows, entered)
        act.record(
            Action.APPLICATION_ENTERED,
            PLATFORM.label,
            old=_named(before),
            new=_named(entered),
        )


def enable(act: Act) -> None:
    """Enable Google Workspace. Refused while another platform is on. Repeating does nothing."""
    if store.entered(act.rows) is None:
        raise Conflict("Enter the application first: its client ID, its secret and your domain.")
    try:
        with act.rows.write():
            if platforms.enabled(act.rows) is not PLATFORM:
                platforms.save(
                    act.rows, PLATFORM, is_enabled=True, changed_by=act.actor.name, now=act.now
                )
                _note(act, is_enabled=True)
    except ConstraintRefused as error:
        raise Conflict(
            f"One platform at a time: disable {Platform.MICROSOFT_365.label} first."
        ) from error


def disable(act: Act, *, issuer: str) -> int:
    """Disable it and sign out people who only sign in with Google. Returns their number."""
    with act.rows.write():
        if platforms.enabled(act.rows) is not PLATFORM:
            return 0
        platforms.save(act.rows, PLATFORM, is_enabled=False, changed_by=act.actor.name, now=act.now)
        ended = [
            sessions.delete_of_user(act.rows, user_id)
            for user_id in users.ids_without_password(act.rows, tenant_id=issuer)
        ]
        _note(act, is_enabled=False)
    return sum(1 for count in ended if count)


def _note(act: Act, *, is_enabled: bool) -> None:
    act.record(
        Action.PLATFORM_ENABLED if is_enabled else Action.PLATFORM_DISABLED,
        PLATFORM.label,
        old="off" if is_enabled else "on",
        new="on" if is_enabled else "off",
    )


def _named(entered: Entered | None) -> str | None:
    return f"{entered.client_id}, {entered.hosted_domain}" if entered else None


def _opened(vault: Vault, entered: Entered) -> str:
    try:
        return vault.open(entered.sealed_client_secret, where=SECRET_PLACE)
    except Unreadable:
        return ""
