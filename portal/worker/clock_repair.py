"""Undo times that a clock of ours wrote while it ran ahead, so that nothing waits for them."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.candidates import store as candidates
from portal.directory import store as directory
from portal.email import search_store
from portal.email import store as email
from portal.privacy import held_entry_store
from portal.privacy import hold_store as held_mail
from portal.services import Services
from portal.worker.queue import WorkKind

log = logging.getLogger(__name__)


def undo_future(kinds: Iterable[WorkKind[Any]], services: Services, now: datetime) -> None:
    """Nothing happened in the future: what says so was written by a clock that was wrong."""
    found = [kind.name for kind in kinds if kind.claims.undo_future(services.rows, now=now)]
    if candidates.undo_future(services.rows, now=now):
        found.append("candidates")
    if held_mail.undo_future(services.rows, now=now):
        found.append("held mail")
    if held_entry_store.undo_future(services.rows, now=now):
        found.append("held entries")
    if email.undo_future(services.rows, now=now):
        found.append("mail")
    if directory.undo_future(services.rows, now=now):
        found.append("reads of the directory")
    if search_store.undo_future(services.rows, now=now):
        found.append("searched candidates")
    if found:
        log.warning("this machine's clock ran ahead; due now: %s", ", ".join(found))
