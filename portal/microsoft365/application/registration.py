"""Enter the app registration. It is tested before it replaces the working one."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.config import MicrosoftConfig
from portal.entra import client_credentials as credential
from portal.entra.errors import (
    AuthorityUnavailable,
    ConsentMissing,
    DirectoryUnknown,
    SecretRefused,
)
from portal.entra.oauth import OAuth
from portal.errors import Conflict, Invalid, PortalError
from portal.microsoft365 import consent_store
from portal.microsoft365.application import applications, store
from portal.microsoft365.models import WARNED_DAYS, Application, Expiry
from portal.storage.rows import Rows
from portal.storage.settings import save_setting, setting
from portal.vault import Vault

WARNED = "application_expiry_warned"
GOES_ON = "Portal goes on with what it had."
NOT_PROVEN = (
    f"Microsoft did not accept this. {GOES_ON} Check the application ID, the directory ID and the "
    "cloud."
)
SECRET_REFUSED = (
    f"Microsoft refuses this secret or certificate. {GOES_ON} Enter the secret's value, not its "
    "ID, and see that it has not expired. A new one may need a minute."
)
DIRECTORY_UNKNOWN = (
    f"Microsoft does not know this directory in this cloud. {GOES_ON} Check the directory ID and "
    "the cloud."
)


@dataclass(frozen=True)
class Entered:
    """An application as typed. Empty secrets mean the stored ones."""

    client_id: str
    tenant: str
    cloud: str
    expires_on: date | None
    client_secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)


def tried_out(
    rows: Rows, vault: Vault, settings: MicrosoftConfig, entered: Entered, *, now: datetime
) -> Application:
    """Test an application by a token and return it ready to save.

    Invalid if Microsoft refused. Writes nothing, and holds no transaction open while it waits.
    """
    if settings.is_configured:
        raise Conflict("The server's .env file names the application. Change it there.")
    seen = store.version(rows)
    whole = _with_what_is_kept(rows, vault, settings, entered)
    if whole.certificate:
        whole = replace(whole, expires_on=_expiry(whole.certificate))
    if whole.expires_on is not None and whole.expires_on < now.date():
        raise Invalid("It has expired already. Make a new one at Microsoft.", field="expires_on")
    bare = Application(
        client_id=whole.client_id.lower(),
        tenant=whole.tenant.lower(),
        cloud=whole.cloud,
        expires_on=whole.expires_on,
        entered_by="",
        entered_at=now,
        version=seen,
    )
    candidate = applications.configured(
        settings, bare, client_secret=whole.client_secret, certificate=whole.certificate
    )
    _require_one_organization(rows, _tenant_of(candidate, now))
    return applications.sealed(
        vault, bare, client_secret=whole.client_secret, certificate=whole.certificate
    )


def _with_what_is_kept(
    rows: Rows, vault: Vault, settings: MicrosoftConfig, entered: Entered
) -> Entered:
    if entered.client_secret and entered.certificate:
        raise Invalid("Enter a secret or a certificate, not both.", field="certificate")
    if entered.client_secret or entered.certificate:
        return entered
    _, kept = applications.in_force(rows, vault, settings)
    if not kept.is_configured or _place(kept) != _place(entered):
        raise Invalid(
            "Enter the secret of this application, or its certificate. What is kept is sent to the "
            "same application, directory and cloud alone.",
            field="client_secret",
        )
    return replace(entered, client_secret=kept.client_secret, certificate=kept.client_certificate)


def _place(of: MicrosoftConfig | Entered) -> tuple[str, str, str]:
    """Where a secret is sent: another directory or cloud would be handed the kept one."""
    return of.client_id.lower(), of.tenant.lower(), of.cloud


def _expiry(certificate: str) -> date:
    try:
        _, found = credential.read_certificate(certificate.encode())
    except PortalError as error:
        raise Invalid(str(error), field="certificate") from error
    return found.not_valid_after_utc.date()


def _tenant_of(candidate: MicrosoftConfig, now: datetime) -> str:
    """The tenant that issued an app-only token to this application."""
    try:
        return OAuth(candidate).organization_token(now=now).tenant_id
    except AuthorityUnavailable as error:
        raise Invalid(f"{error} Nothing was changed.") from error
    except ConsentMissing as error:
        raise Invalid(
            f"Microsoft does not know this application in that directory. {GOES_ON} Check both.",
            field="client_id",
        ) from error
    except SecretRefused as error:
        raise Invalid(SECRET_REFUSED, field="client_secret") from error
    except DirectoryUnknown as error:
        raise Invalid(DIRECTORY_UNKNOWN, field="tenant") from error
    except PortalError as error:
        raise Invalid(NOT_PROVEN) from error


def _require_one_organization(rows: Rows, tenant_id: str) -> None:
    if store.tenants_in_use(rows) - {tenant_id}:
        raise Invalid(
            "This portal is connected to another organization. Disable Microsoft 365 first, then "
            "enter this one.",
            field="tenant",
        )


def enter(act: Act, tried: Application) -> None:
    """Replace the application. Every process uses it from its next call."""
    with act.rows.write():
        if store.version(act.rows) != tried.version:
            raise Conflict("Somebody changed the application meanwhile. Look at it and try again.")
        before = store.application(act.rows)
        store.save(act.rows, replace(tried, entered_by=act.actor.name, entered_at=act.now))
        consent_store.raise_version(act.rows)
        act.record(
            Action.APPLICATION_CHANGED if before else Action.APPLICATION_ENTERED,
            tried.client_id,
            old=_told(before) if before else None,
            new=_told(tried),
        )
    act.rows.forget_log()


def forget(act: Act) -> bool:
    """Delete the application. False if there was none. Refused while something uses it."""
    with act.rows.write():
        before = store.application(act.rows)
        if before is None:
            return False
        if store.tenants_in_use(act.rows):
            raise Conflict("It is in use. Disable Microsoft 365 first.")
        store.delete(act.rows)
        act.record(
            Action.APPLICATION_REMOVED,
            before.client_id,
            old=_told(before),
        )
    act.rows.forget_log()
    return True


def _told(told: Application) -> str:
    """Describe the application without its secrets."""
    until = f", expires on {told.expires_on}" if told.expires_on else ""
    return f"{told.client_id} at {told.tenant} ({told.cloud}), by {told.proof}{until}"


def warn_of_expiry(rows: Rows, expiry: Expiry | None, *, now: datetime) -> bool:
    """Write an audit row on each warning day before an expiry. True if one was written."""
    left = expiry.days_left(now.date()) if expiry else None
    due = [days for days in WARNED_DAYS if left is not None and left <= days]
    if expiry is None or not due:
        return False
    mark = f"{expiry.version}/{expiry.on}/{due[-1]}"
    with rows.write():
        if setting(rows, WARNED) == mark:
            return False
        save_setting(rows, WARNED, mark)
        Act(rows, Actor.system("Portal"), now).record(
            Action.APPLICATION_EXPIRES_SOON,
            expiry.client_id,
            result="warning",
            new=f"its {expiry.proof} expires on {expiry.on}",
        )
    return True
