"""All SQL for the application that an administrator entered; what is secret in it is sealed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import clock
from portal.microsoft365.models import Application
from portal.storage.rows import Rows

ID = "microsoft-365"


def version(rows: Rows) -> int:
    """Rises with each change; 0 while nothing is entered."""
    found = rows.all(dict, "select version from applications where id = ?", [ID])
    return next((int(row["version"]) for row in found), 0)


def application(rows: Rows) -> Application | None:
    found = rows.all(dict, "select * from applications where id = ?", [ID])
    return next((_application(row) for row in found), None)


def save(rows: Rows, entered: Application) -> None:
    """In place of the one before; belongs inside write()."""
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
            entered.expires_on.isoformat() if entered.expires_on else None,
            # Not 1: a process that knew a removed application must see that this is another one.
            int(entered.entered_at.timestamp()),
            entered.entered_by,
            clock.text(entered.entered_at),
        ],
    )


def delete(rows: Rows) -> None:
    rows.execute("delete from applications where id = ?", [ID])


def tenants_in_use(rows: Rows) -> set[str]:
    """Of the organization's consent and of everybody's connection."""
    found = rows.all(dict, "select tenant_id from consents union select tenant_id from connections")
    return {str(row["tenant_id"]) for row in found}


def _application(row: Mapping[str, Any]) -> Application:
    expires_on = row["expires_on"]
    return Application(
        client_id=row["client_id"],
        tenant=row["tenant"],
        cloud=row["cloud"],
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        entered_by=row["entered_by"],
        entered_at=clock.moment(row["entered_at"]),
        version=row["version"],
        sealed_client_secret=row["client_secret"],
        sealed_certificate=row["certificate_private_key"],
    )
