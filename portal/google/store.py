"""All SQL for the application at Google. Its secret is sealed."""

from datetime import datetime

from portal.google.models import Entered
from portal.storage.rows import Rows
from portal.storage.sealed import Sealed

ID = "google-workspace"
SEALED = Sealed(
    "google_applications",
    "id",
    lost="the application at Google, which has to be entered again",
    is_entered=True,
)


def entered(rows: Rows) -> Entered | None:
    return rows.one(
        Entered,
        "select *, client_secret as sealed_client_secret from google_applications where id = ?",
        [ID],
    )


def save(rows: Rows, application: Entered) -> None:
    """Replace the application, not yet proven. Belongs inside write()."""
    values = {
        "client_id": application.client_id,
        "client_secret": application.sealed_client_secret,
        "hosted_domain": application.hosted_domain,
        "entered_by": application.entered_by,
        "entered_at": application.entered_at,
        "proven_at": None,
    }
    SEALED.replace(rows, ID, values)


def save_proof(rows: Rows, *, client_id: str, at: datetime) -> None:
    """Record that a first sign-in proved client and secret."""
    rows.execute(
        "update google_applications set proven_at = ? where client_id = ? and proven_at is null",
        [at, client_id],
    )
