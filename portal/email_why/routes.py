"""The page "Why was this email synced, or not?", which asks Microsoft while a person waits."""

import math

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.email import settings_store
from portal.email.models import SyncStatus
from portal.email_why import chains, evidence, search, shared
from portal.email_why.chains import Chain
from portal.email_why.forms import WhyForm
from portal.email_why.models import Step
from portal.errors import Invalid, PortalError, TooMany
from portal.graph.errors import GraphError, NeedsReconnect, PermissionMissing, TokenRefused
from portal.microsoft365.permissions import Feature
from portal.microsoft365.status import feature_state
from portal.shared_mailboxes import refusals
from portal.shared_mailboxes import store as shared_mailboxes
from portal.shared_mailboxes.account_routes import page_account
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.limits import limit
from portal.web.templating import zone

bp = Blueprint("email_why", __name__)


@bp.get("/settings/email/why")
@signed_in
def form() -> Response:
    return _page(WhyForm(), before=_before(_status()))


@bp.post("/settings/email/why")
@signed_in
def answer() -> Response:
    asked = WhyForm(request.form)
    status = _status()
    before = _before(status)
    if status is None or not before[-1].is_passed:
        return _page(asked, before=before)
    try:
        asked.check()
        limit(f"why:{current_user.id}", hits=20, seconds=600)
        found = _find(asked)
    except Invalid as refusal:
        return _page(asked.refuse(refusal), before=before, status=422)
    except GraphError as error:
        if _is_about_access(error):
            return _page(asked, before=_refused(error), status=error.status)
        return _page(asked, before=before, refusal=search.refusal(error))
    except TooMany as refusal:
        return _page(asked, before=before, refusal=refusal)
    explained = evidence.explain(
        services.rows,
        status,
        found,
        before=before,
        viewer=current_user.id,
        names_candidates=current_user.is_member,
    )
    return _page(asked, before=before, explained=explained, has_more=found.has_more)


def _status() -> SyncStatus | None:
    return settings_store.status(services.rows, page_account().id, now=clock.utc_now())


def _before(status: SyncStatus | None) -> tuple[Step, ...]:
    """Without a mailbox nothing was turned off yet: sync begins automatically."""
    account, is_syncing = page_account(), status is None or status.is_syncing
    knows_addresses = bool(settings_store.aliases_of(services.rows, account.id))
    if account.is_shared:
        return shared.before_asking(
            shared_mailboxes.mailbox(services.rows, account.id),
            is_syncing=is_syncing,
            knows_addresses=knows_addresses,
        )
    return chains.before_asking(
        feature_state(services.rows, account.id, Feature.EMAIL_SYNC),
        is_syncing=is_syncing,
        knows_addresses=knows_addresses,
    )


def _is_about_access(error: GraphError) -> bool:
    if isinstance(error, NeedsReconnect | PermissionMissing):
        return True
    return page_account().is_shared and isinstance(error, TokenRefused)


def _refused(refusal: GraphError) -> tuple[Step, ...]:
    account = page_account()
    if not account.is_shared:
        return chains.refused(refusal)
    sentence = refusals.sentence(services.rows, account, refusal)
    return shared.refused(shared_mailboxes.mailbox(services.rows, account.id), sentence)


def _find(asked: WhyForm) -> search.Found:
    search.record_search(
        act(),
    )
    graph = services.microsoft365.client_for(Feature.EMAIL_SYNC, page_account().id)
    return search.find(graph, asked.question(zone()))


def _page(
    asked: WhyForm,
    *,
    before: tuple[Step, ...],
    explained: list[Chain] | None = None,
    has_more: bool = False,
    refusal: PortalError | None = None,
    status: int = 200,
) -> Response:
    html = render_template(
        "email_why/why.html",
        account=page_account(),
        form=asked,
        before=before,
        is_open=before[-1].is_passed,
        chains=explained,
        has_more=has_more,
        refusal=str(refusal) if refusal else asked.refusal or "",
    )
    response = make_response(html, refusal.status if refusal else status)
    if refusal and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(refusal.retry_after))
    return response
