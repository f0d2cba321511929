"""An administrator's "Try again": a failure's waiting time ends."""

from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import record
from portal.audit.models import Actor
from portal.errors import NotFound
from portal.microsoft365 import consent, consent_store
from portal.storage.rows import Rows
from portal.worker.due import WORK_KINDS


def try_again(rows: Rows, kind: str, job_id: str, *, actor: Actor, now: datetime) -> None:
    """Nothing is asked of Microsoft here: a worker takes it up within a second."""
    of_part = [each for each in WORK_KINDS if each.part.name == kind]
    with rows.write():
        made = any(each.make_due(rows, job_id, now=now) for each in of_part)
        if not made and not (kind in MAKE_DUE and MAKE_DUE[kind](rows, job_id, now)):
            raise NotFound
        record(rows, actor=actor, action=Action.JOB_TRIED_AGAIN, target=f"{kind} {job_id}", at=now)


def _organization(rows: Rows, row_id: str, now: datetime) -> bool:
    return row_id in ORGANIZATION and ORGANIZATION[row_id](rows, now)


def _consent(rows: Rows, now: datetime) -> bool:
    if consent_store.consent(rows) is None:
        return False
    consent.ask_again(rows, now=now)
    return True


# Each row of the organization's, by its id.
ORGANIZATION = {
    consent_store.ID: _consent,
}
MAKE_DUE = {
    "organization": _organization,
}
