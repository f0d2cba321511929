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
    values = {
        "host": domain.host,
        "port": domain.port,
        "security": domain.security,
        "username": domain.username,
        "password": domain.sealed_password,
        "from_address": domain.from_address,
        "from_name": domain.from_name,
        "reply_to": domain.reply_to,
        "entered_by": domain.entered_by,
        "entered_at": domain.entered_at,
        "proven_at": domain.proven_at,
        "version": 1,
    }
    SEALED.replace(rows, ID, values)


def delete(rows: Rows) -> bool:
    return rows.execute("delete from email_domains where id = ?", [ID]) == 1
