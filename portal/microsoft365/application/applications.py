"""The application in force: the settings' one, or the one an administrator entered."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from portal.config import CLOUDS, MicrosoftConfig
from portal.entra import client_credentials
from portal.errors import PortalError
from portal.microsoft365.application import store
from portal.microsoft365.application.store import ID
from portal.microsoft365.models import Application, Expiry
from portal.storage.rows import Rows
from portal.vault import Unreadable, Vault, Where

SECRET_PLACE = Where("applications", "client_secret", ID, "")
CERTIFICATE_PLACE = Where("applications", "certificate_private_key", ID, "")


def in_force(rows: Rows, vault: Vault, settings: MicrosoftConfig) -> tuple[int, MicrosoftConfig]:
    """The application in force and its version: 0 for the settings, which win.

    A stored secret that does not open is never used. Then nothing is configured.
    """
    entered = None if settings.is_configured else store.application(rows)
    if entered is None:
        return 0, settings
    try:
        return entered.version, configured(
            settings,
            entered,
            client_secret=_opened(vault, entered.sealed_client_secret, SECRET_PLACE),
            certificate=_opened(vault, entered.sealed_certificate, CERTIFICATE_PLACE),
        )
    except Unreadable:
        return entered.version, replace(settings, client_id="", client_secret="")


def expiry(rows: Rows, settings: MicrosoftConfig) -> Expiry | None:
    """When the secret or certificate in force ends. None without an application."""
    if settings.is_configured:
        file = settings.client_certificate_file
        proof, on = "client secret", settings.client_secret_expires
        if file is not None:
            proof, on = "certificate", _end_of(file)
        return Expiry(settings.client_id, proof, on, is_in_settings=True)
    found = store.application(rows)
    if found is None:
        return None
    return Expiry(
        found.client_id, found.proof, found.expires_on, is_in_settings=False, version=found.version
    )


def _end_of(file: Path) -> date | None:
    """The last day of a certificate. None if the file cannot be used, which a check reports."""
    try:
        return client_credentials.last_day(file.read_bytes())
    except (OSError, PortalError):
        return None


def configured(
    settings: MicrosoftConfig, entered: Application, *, client_secret: str, certificate: str
) -> MicrosoftConfig:
    """The configuration in the chosen cloud. Addresses of test mode stay."""
    authority, graph = CLOUDS[entered.cloud]
    own_authority, own_graph = CLOUDS[settings.cloud]
    return MicrosoftConfig(
        client_id=entered.client_id,
        client_secret=client_secret,
        client_certificate=certificate,
        tenant=entered.tenant,
        cloud=entered.cloud,
        authority=authority if settings.authority == own_authority else settings.authority,
        graph=graph if settings.graph == own_graph else settings.graph,
    )


def sealed(
    vault: Vault, entered: Application, *, client_secret: str, certificate: str
) -> Application:
    """The application with these secrets, either of which may be empty."""
    return replace(
        entered,
        sealed_client_secret=vault.seal(client_secret, where=SECRET_PLACE) if client_secret else "",
        sealed_certificate=vault.seal(certificate, where=CERTIFICATE_PLACE) if certificate else "",
    )


def _opened(vault: Vault, value: str, where: Where) -> str:
    return vault.open(value, where=where) if value else ""
