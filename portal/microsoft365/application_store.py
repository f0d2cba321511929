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
    rows.execute(
        "insert into applications (id, client_id, client_secret, certificate_private_key, tenant, "
        "cloud, expires_on, version, entered_by, entered_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
        "client_id = excluded.client_id, client_secret = excluded.client_secret, "
        "certificate_private_key = excluded.certificate_private_key, tenant = excluded.tenant, "
        "cloud = excluded.cloud, expires_on = excluded.expires_on, "
        "version = applications.version + 1, entered_by = excluded.entered_by, "
        "entered_at = excluded.entered_at",
        [
            ID,
            entered.client_id,
            entered.sealed_client_secret,
            entered.sealed_certificate,
            entered.tenant,
            entered.cloud,
            entered.expires_on,
            # Not 1: a process that used the removed application must notice the new one.
            int(entered.entered_at.timestamp()),
            entered.entered_by,
            entered.entered_at,
        ],
    )


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
