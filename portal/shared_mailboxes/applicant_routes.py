"""The page on which an owner of a shared mailbox ticks its applicants."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import PortalError
from portal.flash_texts import Flash, FlashText
from portal.graph.errors import GraphError
from portal.microsoft365.permissions import Feature
from portal.privacy import hold_store
from portal.shared_mailboxes import applicants
from portal.shared_mailboxes.account_routes import page_account
from portal.shared_mailboxes.applicants import Offer
from portal.shared_mailboxes.flash_texts import SharedMailboxFlash
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit
from portal.wording import counted, verb

bp = Blueprint("applicants", __name__)

Answer = Response | tuple[str, int]


@bp.get("/settings/mailboxes/<mailbox_account>/applicants")
@member_only
def offered() -> str:
    """Say what is read and shown, before Microsoft is asked."""
    return _page(None)


def _page(offer: Offer | None, refusal: str = "") -> str:
    return render_template(
        "shared_mailboxes/applicants.html", account=page_account(), offer=offer, refusal=refusal
    )


@bp.post("/settings/mailboxes/<mailbox_account>/applicants")
@member_only
def read() -> Answer:
    """Read the senders of the last 30 days. Nothing of them is kept."""
    account = page_account()
    try:
        limit(f"applicants:{current_user.id}", hits=20, seconds=600)
        applicants.record_reading(act(), account)
        client = partial(services.microsoft365.client_for, Feature.EMAIL_SYNC, account.id)
        offer = applicants.read(services.rows, client, account, now=clock.utc_now())
    except GraphError as error:
        return _page(None, applicants.refusal(services.rows, account, error)), error.status
    except PortalError as refusal:
        return _page(None, str(refusal)), refusal.status
    return _page(offer), 200


@bp.post("/settings/mailboxes/<mailbox_account>/applicants/chosen")
@member_only
def add() -> Answer:
    ticked = request.form.getlist("applicant")[: applicants.MOST_SHOWN]
    if not ticked:
        return _page(None, "Nobody is ticked, so nobody was added."), 422
    names = dict(zip(request.form.getlist("address"), request.form.getlist("name"), strict=False))
    chosen = [(each, names.get(each, "")) for each in dict.fromkeys(ticked)]
    count, refused = applicants.add(act(), chosen, by=current_user.id)
    for sentence in refused:
        tell(SharedMailboxFlash.APPLICANT_REFUSED.of(reason=sentence))
    if count:
        candidates, are = counted(count, "candidate"), verb(count, "is", "are")
        said = SharedMailboxFlash.APPLICANTS_ADDED.of(candidates=candidates, are=are)
        tell(said, _next_step())
    elif not refused:
        tell(SharedMailboxFlash.CANDIDATES_BEFORE)
    return redirect(url_for("candidates.candidates"), 303)


def _next_step() -> FlashText | Flash:
    """Say whether their earlier mail comes now, or waits because its owners are asked first."""
    account = page_account()
    if hold_store.asks_since(services.rows, account.id) is not None:
        return SharedMailboxFlash.EARLIER_WAITS.of(address=account.address)
    return SharedMailboxFlash.SEARCHING
