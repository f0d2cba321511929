"""All SQL for the application that an administrator entered; what is secret in it is sealed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlite_utils import Database

from portal import clock
from portal.microsoft365.models import Application

ID = "microsoft-365"


def version(db: Database) -> int:
    """Rises with each change; 0 while nothing is entered."""
    rows = db.query("select version from applications where id = ?", [ID])
    return next((int(row["version"]) for row in rows), 0)


def application(db: Database) -> Application | None:
    rows = db.query("select * from applications where id = ?", [ID])
    return next((_application(row) for row in rows), None)


def save(db: Database, entered: Application) -> None:
    """In place of the one before; belongs inside write()."""
    db.execute(
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


def delete(db: Database) -> None:
    db.execute("delete from applications where id = ?", [ID])


def tenants_in_use(db: Database) -> set[str]:
    """Of the organization's consent and of everybody's connection."""
    rows = db.query("select tenant_id from consents union select tenant_id from connections")
    return {str(row["tenant_id"]) for row in rows}


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
