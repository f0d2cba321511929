"""Sending mailboxes as due work, and the end of old files and tests."""

from collections.abc import Callable
from datetime import datetime

from portal.outbox import (
    attempt_store,
    automated,
    automated_store,
    domain_queue,
    removal_store,
    store,
    turns,
)
from portal.services import Services
from portal.storage.claims import Claim
from portal.worker.queue import Lane, Part, WorkKind

PART = Part(
    "sending",
    "Sending",
    "Each mailbox sends one mail after the other, and searches for its copy. The email domain "
    "sends automated mail.",
    "No mail is on its way.",
)
STAGES = {
    "1 asks": "Needs a decision",
    "2 sending": "Sending",
    "3 unknown": "Searching for a mail whose answer was lost",
    "4 waiting": "Waiting to send",
    "5 accepted": "Searching for copies",
}


def send_due(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    turns.work_through(services.rows, services.microsoft365, claim, should_stop=should_stop)


def hand_over_due(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    work = domain_queue.DomainWork(services.rows, services.vault, services.config, claim)
    domain_queue.work_through(work, should_stop=should_stop)


def settle_automated(services: Services, now: datetime) -> None:
    automated.settle(services.rows, services.vault, services.config, now=now)


def drop_old(services: Services, now: datetime) -> None:
    """Forget the contents of old files, and old tests of aliases."""
    with services.rows.write():
        attempt_store.drop_files(services.rows, now=now)
        removal_store.delete_old_tests(services.rows, now=now)


SENDING = WorkKind(
    name="sending",
    part=PART,
    claims=store.CLAIMS,
    listing=attempt_store.LISTING,
    work=send_due,
    # A mailbox with much to send lets others have a turn.
    lanes=(Lane(at_once=3, slice_seconds=120.0),),
    stages=STAGES,
)
EMAIL_DOMAIN = WorkKind(
    name="email-domain",
    part=PART,
    claims=automated_store.DOMAIN_CLAIMS,
    listing=automated_store.DOMAIN_LISTING,
    work=hand_over_due,
    lanes=(Lane(slice_seconds=120.0),),
    stages=STAGES,
)
