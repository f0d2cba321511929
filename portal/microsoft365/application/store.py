"""All SQL for the application an administrator entered. Its secrets are sealed."""

from portal.microsoft365.models import Application
from portal.storage.rows import Rows
from portal.storage.sealed import Sealed

ID = "microsoft-365"
SEALED = Sealed(
    "applications",
    "id",
    lost="the application at Microsoft, which has to be entered again",
    also=", version = version + 1",
    is_entered=True,
)


def version(rows: Rows) -> int:
    """The version, which rises with each change. 0 while nothing is entered."""
    return rows.value(int, "select version from applications where id = ?", [ID]) or 0


def application(rows: Rows) -> Application | None:
    return rows.one(
        Application,
        "select client_id, tenant, cloud, expires_on, entered_by, entered_at, version, "
        "client_secret as sealed_client_secret, certificate_private_key as sealed_certificate "
        "from applications where id = ?",
        [ID],
    )


def save(rows: Rows, entered: Application) -> None:
    """Replace the application. Belongs inside write()."""
    values = {
        "client_id": entered.client_id,
        "client_secret": entered.sealed_client_secret,
        "certificate_private_key": entered.sealed_certificate,
        "tenant": entered.tenant,
        "cloud": entered.cloud,
        "expires_on": entered.expires_on,
        # Not 1: a process that used the removed application must notice the new one.
        "version": int(entered.entered_at.timestamp()),
        "entered_by": entered.entered_by,
        "entered_at": entered.entered_at,
    }
    SEALED.replace(rows, ID, values)


def delete(rows: Rows) -> None:
    rows.execute("delete from applications where id = ?", [ID])


def tenants_in_use(rows: Rows) -> set[str]:
    """The tenants of the organization's consent and of all connections."""
    return set(
        rows.all(
            str,
            "select tenant_id from consents where state = 'working' or waiting_since is null "
            "union select tenant_id from connections",
        )
    )
