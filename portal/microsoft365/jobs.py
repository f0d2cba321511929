"""Subscriptions and the organization's consent when they are due."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from portal import clock
from portal.config import Config
from portal.graph.client import GraphClient
from portal.microsoft365 import consent_store, consent_verification
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim, ClaimLost
from portal.storage.rows import Rows
from portal.subscriptions import notifications, subscriptions
from portal.subscriptions import store as subscription_store
from portal.subscriptions.models import Subscription, is_by_person
from portal.subscriptions.wakes import Wakes, named
from portal.worker.queue import ORGANIZATION, Lane, Note, Part, WorkKind

SILENT = (
    "Silent: mail came of which Microsoft told nothing. It is found by looking, which takes "
    "longer. See that Microsoft can reach this portal's address from outside."
)


class Services(Protocol):
    """The services this work needs, which are built above this subject."""

    @property
    def rows(self) -> Rows: ...

    @property
    def config(self) -> Config: ...

    @property
    def microsoft365(self) -> Microsoft365: ...


def plan_subscriptions(wakes: Sequence[Wakes], services: Services, now: datetime) -> bool:
    """False where Microsoft cannot reach this portal, so that mail is only asked for."""
    notifications.note_rejected(services.rows, now=now)
    if not subscriptions.is_possible(services.config):
        return False
    subscriptions.plan(services.rows, wakes, now=now)
    return True


def keep_subscription(
    wakes: Sequence[Wakes], services: Services, claim: Claim, _should_stop: Callable[[], bool]
) -> None:
    """Open it or renew it."""
    kept = subscription_store.subscription(services.rows, claim.row_id)
    kind = named(wakes, kept.wakes) if kept else None
    if kept is None or kind is None:
        raise ClaimLost
    subscriptions.keep(
        services.rows,
        services.microsoft365.client_for(Feature(kind.feature), kept.user_id),
        kept,
        kind,
        base_url=services.config.base_url,
        by=claim.by,
        now=clock.utc_now(),
        opener=partial(opener, services.microsoft365, kept, Feature(kind.feature)),
    )


def opener(microsoft365: Microsoft365, kept: Subscription, feature: Feature) -> GraphClient:
    """The client of the identity that opened a subscription."""
    if is_by_person(kept.resource):
        return microsoft365.client_of_person(feature, kept.user_id)
    return microsoft365.organization_client()


def subscription_work(wakes: Sequence[Wakes]) -> WorkKind[Services]:
    """The work on subscriptions of these kinds, which subjects above this one declare."""
    return WorkKind(
        name="subscription",
        part=Part(
            "subscriptions",
            "Notifications from Microsoft",
            "Renewed every few days. Without them, Portal asks for new mail and changed calendars.",
            "None are open: Portal asks for new mail and changed calendars.",
        ),
        claims=subscription_store.CLAIMS,
        listing=subscription_store.LISTING,
        work=partial(keep_subscription, wakes),
        lanes=(Lane(which=subscription_store.is_of(each.name for each in wakes)),),
        plan=partial(plan_subscriptions, wakes),
        fixed_wait=subscriptions.TRIED_AGAIN_AFTER,
        stages={"opening": "to be opened"},
        notes=(Note(subscription_store.SILENCE, lambda _: SILENT),),
    )


def check_consent(services: Services, claim: Claim, _should_stop: Callable[[], bool]) -> None:
    """Whether the consent still holds. What it covers now, and a failure, are kept with it."""
    try:
        consent_verification.look_again(services.rows, services.microsoft365, is_at_once=False)
    finally:
        due_at = consent_verification.next_check(services.rows)
        consent_store.CLAIMS.release(services.rows, claim, due_at=due_at)


CONSENT = WorkKind(
    name="consent",
    part=ORGANIZATION,
    claims=consent_store.CLAIMS,
    listing=consent_store.LISTING,
    work=check_consent,
    stages={
        "working": "consent holds",
        "waiting": "consent has not arrived yet",
        "withdrawn": "consent is not there",
    },
)
