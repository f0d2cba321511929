"""A round: find what needs people, and see that each is told once a day at most.

Mail is queued only while it has a route, so that it goes within seconds. What still waits at the
next round, and would be written differently then, is withdrawn.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal import clock
from portal.alerts import causes, openings, store, texts
from portal.alerts.models import AlertMail, Cause, Draft, Findings
from portal.alerts.route import way_out
from portal.errors import Invalid, NotFound
from portal.outbox import automated, automated_store
from portal.outbox import store as outbox
from portal.outbox.automated import Notice
from portal.outbox.models import Mail, State
from portal.outbox.work import withdrawn
from portal.services import Services
from portal.storage.claims import Claim
from portal.users import store as users
from portal.users.models import User

EVERY = timedelta(minutes=1)
OVER = "It was withdrawn before it went out: what it says no longer holds, or was seen."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """A worker's hold on the one row, with what it found. Nothing is kept once it was lost."""

    services: Services = field(repr=False)
    claim: Claim
    found: Findings
    has_route: bool
    now: datetime

    def renew(self) -> None:
        """Belongs first in each transaction."""
        store.FENCE.renew(self.services.rows, self.claim, now=clock.utc_now())


def work_through(services: Services, claim: Claim, *, should_stop: Callable[[], bool]) -> None:
    """Tell everybody concerned, and give the claim back."""
    now = clock.utc_now()
    found = causes.findings(services, now=now)
    has_route = way_out(services, causes.of_admins(found)).target is not None
    work = Round(services, claim, found, has_route, now)
    open_mails = {each.user_id: each for each in store.open_mails(services.rows)}
    for user in _people(work, set(open_mails)):
        if should_stop():
            break
        _tell(work, user, open_mails.get(user.id))
    with services.rows.write():
        work.renew()
        store.finish(services.rows, claim, due_at=now + EVERY, now=now)


def _people(work: Round, told: set[str]) -> list[User]:
    """Administrators, people with a cause of their own, and those whose mail may still wait."""
    rows = work.services.rows
    found = {each.id: each for each in users.admins_who_can_sign_in(rows)}
    for user_id in sorted((work.found.concerned | told) - set(found)):
        try:
            found[user_id] = users.user(rows, user_id)
        except NotFound:
            log.info("%s is no longer here, and is told nothing", user_id)
    return list(found.values())


def _tell(work: Round, user: User, open_mail: AlertMail | None) -> None:
    wanted = _wanted(work, user)
    if wanted is None and open_mail is None:
        return
    try:
        with work.services.rows.write():
            work.renew()
            if open_mail is not None:
                _settle(work, open_mail, wanted)
            if wanted is not None and store.reserve_day(work.services.rows, user.id, now=work.now):
                mail = _queue(work, user, wanted)
                store.save_mail(work.services.rows, user.id, mail.id, now=work.now)
    except Invalid as refusal:
        log.warning("no mail about what needs them can go to %s: %s", user.id, refusal)


def _wanted(work: Round, user: User) -> Draft | None:
    """The mail as it would be written now. None if the person is to get none."""
    rows = work.services.rows
    if not work.has_route or not user.may_sign_in or store.is_off(rows, user.id):
        return None
    opened = store.openings(rows, user.id, since=work.now - openings.QUIET_FOR)
    told = openings.unseen(causes_of(work.found, user), opened, now=work.now)
    if not told:
        return None
    base_url = work.services.config.base_url
    return texts.draft(told, base_url=base_url, time_zone=user.time_zone)


def causes_of(found: Findings, user: User) -> list[Cause]:
    """The causes for this person: those of administrators, and their own."""
    shared = causes.of_admins(found, but=user.id) if user.is_admin else []
    return [*shared, *causes.of_person(found, user.id)]


def _settle(work: Round, told: AlertMail, wanted: Draft | None) -> None:
    """Withdraw a mail that waits and is out of date. One that went counts for the day."""
    rows = work.services.rows
    mail = automated_store.unfinished_mail(rows, told.outbox_id or "")
    if mail is None:
        store.close_mail(rows, told)
    elif wanted is None or mail.text != wanted.text:
        ended = withdrawn(mail, OVER, now=work.now)
        if outbox.save(rows, ended, was=State.WAITING):
            store.give_back(rows, told)


def _queue(work: Round, user: User, draft: Draft) -> Mail:
    """Without the name, which may contain what no header takes."""
    services = work.services
    return automated.queue_automated(
        services.rows,
        services.vault,
        services.config,
        Notice(user.address, "", draft.subject, draft.text),
        now=work.now,
    )
