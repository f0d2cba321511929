"""All SQL for the verified domains of organizations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.storage.rows import Rows


@dataclass(frozen=True)
class VerifiedDomain:
    """A domain that Microsoft named as the organization's, and when."""

    name: str
    read_at: datetime


def domains(rows: Rows, tenant_id: str) -> list[VerifiedDomain]:
    """The organization's domains by name. Empty until they were read."""
    sql = "select name, read_at from verified_domains where tenant_id = ? order by name"
    return rows.all(VerifiedDomain, sql, [tenant_id])


def sign_in_domains(rows: Rows) -> list[str]:
    """The domains of the accounts that sign in, without Microsoft's own spelling of them."""
    sql = "select distinct name from verified_domains where name not like ? order by name limit 3"
    return rows.all(str, sql, ["%.onmicrosoft.com"])


def save(rows: Rows, tenant_id: str, names: Iterable[str], *, now: datetime) -> None:
    """Replace the organization's domains. Belongs inside write()."""
    rows.execute("delete from verified_domains where tenant_id = ?", [tenant_id])
    rows.many(
        "insert into verified_domains (tenant_id, name, read_at) values (?, ?, ?)",
        [(tenant_id, name, now) for name in sorted(set(names))],
    )
