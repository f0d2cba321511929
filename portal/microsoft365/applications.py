"""The application in force: the settings' one, or the one an administrator entered."""

from dataclasses import replace

from portal.config import CLOUDS, MicrosoftConfig
from portal.microsoft365 import application_store
from portal.microsoft365.application_store import ID
from portal.microsoft365.models import Application
from portal.storage.rows import Rows
from portal.vault import Unreadable, Vault, Where

SECRET_PLACE = Where("applications", "client_secret", ID, "")
CERTIFICATE_PLACE = Where("applications", "certificate_private_key", ID, "")


def in_force(rows: Rows, vault: Vault, settings: MicrosoftConfig) -> tuple[int, MicrosoftConfig]:
    """The application in force and its version: 0 for the settings, which win.

    A stored secret that does not open is never used. Then nothing is configured.
    """
    entered = None if settings.is_configured else application_store.application(rows)
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
