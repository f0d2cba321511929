"""All SQL for the email domain. Its password is sealed."""

from portal.email_domain.models import Entered
from portal.storage.rows import Rows
from portal.storage.sealed import Sealed

ID = "email-domain"
SEALED = Sealed(
    "email_domains",
    "id",
    lost="the email domain, which has to be entered again",
    is_entered=True,
)


def entered(rows: Rows) -> Entered | None:
    return rows.one(
        Entered,
        "select *, password as sealed_password from email_domains where id = ?",
        [ID],
    )


def save(rows: Rows, domain: Entered) -> None:
    """Replace the domain. Belongs inside write()."""
    rows.execute(
        "insert into email_domains (id, host, port, security, username, password, from_address, "
        "from_name, reply_to, entered_by, entered_at, proven_at, version) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) on conflict (id) do update set "
        "host = excluded.host, port = excluded.port, security = excluded.security, "
        "username = excluded.username, password = excluded.password, "
        "from_address = excluded.from_address, from_name = excluded.from_name, "
        "reply_to = excluded.reply_to, entered_by = excluded.entered_by, "
        "entered_at = excluded.entered_at, proven_at = excluded.proven_at, "
        "version = email_domains.version + 1",
        [
            ID,
            domain.host,
            domain.port,
            domain.security,
            domain.username,
            domain.sealed_password,
            domain.from_address,
            domain.from_name,
            domain.reply_to,
            domain.entered_by,
            domain.entered_at,
            domain.proven_at,
        ],
    )


def delete(rows: Rows) -> bool:
    return rows.execute("delete from email_domains where id = ?", [ID]) == 1
