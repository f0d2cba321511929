"""Mail that Portal sends itself: by the email domain, else within the limit of one mailbox.

Nothing is dropped: what cannot go is held and says why. Mail that people write is not affected.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal import clock
from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.config import Config
from portal.email_domain import settings
from portal.errors import Invalid, NotAllowed
from portal.microsoft365 import coverage
from portal.microsoft365.permissions import Feature
from portal.outbox import automated_store, store
from portal.outbox.automated_store import Choice, Mailbox
from portal.outbox.intake import queue
from portal.outbox.limits import Hold
from portal.outbox.models import (
    GIVEN_UP_AFTER,
    Field,
    Kind,
    Mail,
    Queued,
    Recipient,
    Route,
    State,
)
from portal.outbox.work import Work
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows
from portal.storage.settings import portal_name
from portal.vault import Vault
from portal.wording import number

MOST = 1_000
WITHIN = timedelta(hours=24)
# Times are kept to the second, and an attempt began within its own.
TICK = timedelta(seconds=1)
AFTER_NO_MAILBOX = timedelta(minutes=5)
FULL = f"{number(MOST)} automated messages went out within 24 hours, which is as many as may."
NO_MAILBOX = (
    "No mailbox sends automated mail at the moment. An administrator chooses one under Sending."
)
NO_ROUTE = (
    "Automated mail has no route yet. An administrator sets up an email domain, or chooses a "
    "mailbox, under Sending."
)
USELESS = "It was not sent in time for what it is about."


@dataclass(frozen=True)
class Notice:
    """A mail that Portal means to send. After `useless_at` it would be too late.

    The same `form_number` queues one mail, however often it is asked for.
    """

    address: str
    name: str
    subject: str
    text: str
    candidate_id: str | None = None
    useless_at: datetime | None = None
    form_number: str | None = None


@dataclass(frozen=True)
class Target:
    """The route of automated mail now. Without an account, Microsoft's is not usable."""

    route: Route
    account_id: str | None
    address: str
    name: str
    reply_to: str = ""

    @property
    def is_usable(self) -> bool:
        return self.route is Route.SMTP or self.account_id is not None


@dataclass(frozen=True)
class Budget:
    """How much of the limit is used, and when the next mail may go if it is used up."""

    sent: int
    next_at: datetime | None


def queue_automated(
    rows: Rows, vault: Vault, config: Config, notice: Notice, *, now: datetime
) -> Mail:
    """Queue one mail by the route that holds now. Raises Invalid for one that may not go."""
    with rows.write():
        goal = target(rows, vault, config)
        mail = _mail(notice, goal, now)
        recipient = Recipient(
            notice.address, fold(notice.address), notice.name, Field.TO, notice.candidate_id
        )
        return queue(rows, Queued(mail, (recipient,)), now=now)


def queue_no_reply(
    rows: Rows, vault: Vault, config: Config, written: Queued, *, now: datetime
) -> Mail:
    """Queue what a person wrote from a template marked “no reply”, by the route that holds now.

    Raises Invalid without a route, before anything is stored.
    """
    with rows.write():
        goal = target(rows, vault, config)
        if not goal.is_usable:
            raise Invalid(NO_ROUTE)
        mail = replace(
            written.mail,
            kind=Kind.AUTOMATED,
            is_no_reply=True,
            route=goal.route,
            account_id=goal.account_id,
            through_id=goal.account_id,
            alias_id=None,
            from_address=goal.address,
            from_name=goal.name,
            is_in_thread=False,
        )
        return queue(rows, replace(written, mail=mail), now=now)


def _mail(notice: Notice, goal: Target, now: datetime) -> Mail:
    return Mail(
        id=new_ordered_id(),
        kind=Kind.AUTOMATED,
        route=goal.route,
        author_id=None,
        author_name="Portal",
        account_id=goal.account_id,
        through_id=goal.account_id,
        candidate_id=notice.candidate_id,
        alias_id=None,
        from_address=goal.address,
        from_name=goal.name,
        answers_message_id=None,
        is_in_thread=False,
        subject=notice.subject,
        text=notice.text,
        signature="",
        state=State.WAITING,
        created_at=now,
        free_at=now,
        due_at=now,
        useless_at=notice.useless_at,
        form_number=notice.form_number,
    )


def target(rows: Rows, vault: Vault, config: Config) -> Target:
    """The proven email domain, else the chosen mailbox."""
    domain = settings.in_force(rows, vault, config)
    if domain is not None and domain.proven_at is not None:
        smtp = domain.smtp
        name = smtp.from_name or portal_name(rows, config.portal_name)
        return Target(Route.SMTP, None, smtp.from_address, name, smtp.reply_to)
    chosen = usable_mailbox(rows)
    if chosen is None:
        return Target(Route.MICROSOFT, None, "", portal_name(rows, config.portal_name))
    return Target(Route.MICROSOFT, chosen.account_id, chosen.address, chosen.name)


def usable_mailbox(rows: Rows) -> Mailbox | None:
    """The chosen mailbox while its owner may use Portal and the organization lets it send."""
    chosen = automated_store.choice(rows)
    if chosen is None:
        return None
    known = {each.account_id: each for each in automated_store.mailboxes(rows)}
    found = known.get(chosen.account_id)
    return found if found is not None and may_send(rows, found.account_id) else None


def may_send(rows: Rows, account_id: str) -> bool:
    """Whether the organization's consent sends from a mailbox."""
    try:
        return coverage.covers(rows, account_id, Feature.SENDING) is not None
    except NotAllowed:
        return False


def choose(act: Act, vault: Vault, config: Config, account_id: str) -> Mailbox:
    """Choose the mailbox that automated mail goes through while there is no email domain."""
    with act.rows.write():
        known = {each.account_id: each for each in automated_store.mailboxes(act.rows)}
        found = known.get(account_id)
        if found is None:
            raise Invalid("Please choose one of the list.", field="account")
        if not may_send(act.rows, account_id):
            raise Invalid(
                "Automated mail goes out by the organization's consent, and the consent does not "
                "send from this mailbox. Turn on sending for the organization first.",
                field="account",
            )
        chosen = Choice(account_id, act.actor.name, act.now)
        automated_store.save_choice(act.rows, chosen)
        act.record(Action.MAILBOX_FOR_AUTOMATED_MAIL_CHOSEN, found.address)
        follow_route(act.rows, vault, config, now=act.now)
    return found


def follow_route(rows: Rows, vault: Vault, config: Config, *, now: datetime) -> None:
    """Let mail that waits go by the route that holds now. Belongs inside write().

    Held mail moves to a new email domain or mailbox at once. Without either it stays held.
    """
    goal = target(rows, vault, config)
    if not automated_store.is_elsewhere(rows, goal.route, goal.account_id, goal.address):
        return
    if goal.account_id is not None:
        store.make_due(rows, goal.account_id, at=now)
    if goal.route is Route.SMTP:
        automated_store.make_domain_due(rows, at=now)
    automated_store.move(
        rows, goal.route, goal.account_id, address=goal.address, name=goal.name, now=now
    )
    if goal.route is Route.MICROSOFT and goal.account_id is None:
        _hold(rows, Hold(now + AFTER_NO_MAILBOX, NO_MAILBOX), now)


def settle(rows: Rows, vault: Vault, config: Config, *, now: datetime) -> None:
    """Withdraw mail that is too late, and let the rest follow its route."""
    with rows.write():
        automated_store.withdraw_useless(rows, USELESS, now=now)
        follow_route(rows, vault, config, now=now)


def hold(work: Work, mail: Mail) -> bool:
    """Hold automated mail where it may not go to Microsoft now. False if this mail may."""
    now = clock.utc_now()
    found = hindrance(work.rows, mail, now=now)
    if found is None:
        return False
    with work.rows.write():
        work.renew()
        _hold(work.rows, found, now)
    return True


def _hold(rows: Rows, found: Hold, now: datetime) -> None:
    automated_store.hold(
        rows,
        until=found.until,
        give_up_at=found.until + GIVEN_UP_AFTER,
        sentence=found.sentence,
        now=now,
    )


def hindrance(rows: Rows, mail: Mail, *, now: datetime) -> Hold | None:
    """Why an automated mail may not go to Microsoft now. None if it may."""
    chosen = usable_mailbox(rows)
    if chosen is None or chosen.account_id != mail.account_id:
        return Hold(now + AFTER_NO_MAILBOX, NO_MAILBOX)
    next_at = budget(rows, now=now).next_at
    return Hold(next_at, FULL) if next_at is not None else None


def budget(rows: Rows, *, now: datetime) -> Budget:
    """The calls of any 24 hours: the next is free when the thousandth last leaves them."""
    since = now - WITHIN
    sent = automated_store.count(rows, since=since)
    last = automated_store.last_but(rows, MOST - 1, since=since)
    return Budget(sent, last + WITHIN + TICK if last is not None else None)


def free_after(rows: Rows, ahead: int, *, now: datetime) -> datetime | None:
    """When a mail may go to Microsoft after `ahead` others that wait. None if now."""
    if ahead >= MOST:
        return now + WITHIN
    last = automated_store.last_but(rows, MOST - 1 - ahead, since=now - WITHIN)
    return last + WITHIN + TICK if last is not None else None
