"""The page on which an owner decides about the earlier mail of new candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.email import settings_store
from portal.errors import NotFound, TooMany
from portal.flash_texts import Flash
from portal.graph.errors import GraphError
from portal.microsoft365.models import FeatureState
from portal.microsoft365.permissions import Feature
from portal.microsoft365.status import feature_state
from portal.privacy import held_entry_store, hold_store, holds
from portal.privacy.models import HeldEntry, Question
from portal.privacy_settings import earlier_mail
from portal.privacy_settings.earlier_mail import Count
from portal.privacy_settings.flash_texts import PrivacyFlash
from portal.privacy_settings.forms import AnswerForm
from portal.shared_mailboxes.account_routes import page_account
from portal.shared_mailboxes.models import Account
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import SwitchForm, page_number
from portal.web.limits import limit

bp = Blueprint("earlier_mail", __name__)

# Each is counted in the mailbox while the page is opened.
PAGE_SIZE = 5
ANSWERS = (FeatureState.READY, FeatureState.WORKING, FeatureState.FAILING)


@bp.post("/settings/email/asking")
@signed_in
def set_asking() -> Response:
    form = SwitchForm(request.form)
    form.check()
    holds.set_asking(act(), page_account().id, asks=form.wants_on)
    tell(_what_holds(page_account(), is_asking=form.wants_on))
    return redirect(url_for("email_settings.settings"), 303)


def _what_holds(account: Account, *, is_asking: bool) -> Flash:
    are = f"The owners of {account.address} are" if account.is_shared else "You are"
    said = PrivacyFlash.ASKED_FIRST if is_asking else PrivacyFlash.NOT_ASKED
    return said.of(who=are)


@bp.get("/settings/email/earlier-mail")
@signed_in
def questions() -> str:
    number = page_number(request.args)
    found = hold_store.questions(
        services.rows, page_account().id, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE
    )
    if number > 1 and not found:
        raise NotFound
    account = page_account()
    entries = held_entry_store.entries(services.rows, account.id) if number == 1 else []
    counts, uncounted = _counts(found[:PAGE_SIZE], entries)
    return render_template(
        "privacy_settings/earlier_mail.html",
        account=account,
        questions=found[:PAGE_SIZE],
        entries=entries,
        counts=counts,
        uncounted=uncounted,
        previous_url=_url(number - 1) if number > 1 else "",
        next_url=_url(number + 1) if len(found) > PAGE_SIZE else "",
    )


def _url(number: int) -> str:
    return url_for("earlier_mail.questions", page=number)


def _counts(
    found: Sequence[Question], entries: Sequence[HeldEntry]
) -> tuple[Mapping[str, Count], str]:
    """Count what each one that waits would bring. Also the reason if some are not counted."""
    counts: dict[str, Count] = {}
    waiting = [each for each in found if each.is_waiting]
    waiting_entries = [each for each in entries if each.is_waiting][:PAGE_SIZE]
    if not waiting and not waiting_entries:
        return counts, ""
    now, owner = clock.utc_now(), page_account().id
    status = settings_store.status(services.rows, owner, now=now)
    state = feature_state(services.rows, owner, Feature.EMAIL_SYNC)
    is_synced = status is not None and status.is_syncing and not status.is_first_sync
    if status is None or not is_synced or state not in ANSWERS:
        return counts, f"{page_account().mailbox} is not synced at the moment."
    rows, mailbox_id = services.rows, status.mailbox_id
    try:
        limit(f"earlier-mail:{current_user.id}", hits=20, seconds=600)
        graph = services.microsoft365.client_for(Feature.EMAIL_SYNC, owner)
        for one in waiting:
            counts[one.candidate_id] = earlier_mail.count(rows, graph, mailbox_id, one, now)
        for each in waiting_entries:
            counts[each.id] = earlier_mail.count_entry(rows, graph, mailbox_id, each, now)
    except (GraphError, TooMany) as refusal:
        return counts, str(refusal)
    return counts, ""


@bp.post("/settings/email/earlier-mail/<candidate_id>/answer")
@signed_in
def answer(candidate_id: str) -> Response:
    """Answer what the page asked. A question that came up later waits on."""
    form = AnswerForm(request.form)
    form.check()
    found = hold_store.question(services.rows, page_account().id, candidate_id)
    if found is None:
        raise NotFound
    asked = replace(found, asked_at=form.moment)
    if form.brings_in:
        earlier_mail.bring_in(act(), page_account().id, asked)
        tell(PrivacyFlash.SEARCHING.of(mailbox=page_account().called, name=found.name))
    else:
        earlier_mail.leave(act(), page_account().id, asked)
        tell(_left(found.name))
    return redirect(url_for("earlier_mail.questions"), 303)


def _left(label: str) -> Flash:
    return PrivacyFlash.LEFT_OUT.of(name=label, mailbox=page_account().called)


@bp.post("/settings/email/earlier-mail/entries/<entry_id>/answer")
@signed_in
def answer_entry(entry_id: str) -> Response:
    """Answer about what an entry kept out that was taken off the organization's list."""
    form = AnswerForm(request.form)
    form.check()
    owner = page_account().id
    asked = held_entry_store.entry(services.rows, entry_id, owner=owner)
    if form.brings_in:
        earlier_mail.bring_in_entry(act(), owner, asked)
        tell(PrivacyFlash.READING_AGAIN.of(mailbox=page_account().called, name=asked.label))
    else:
        earlier_mail.leave_entry(act(), owner, asked)
        tell(_left(asked.label))
    return redirect(url_for("earlier_mail.questions"), 303)
