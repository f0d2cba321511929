"""The Privacy page of administrators, and everybody's own “Never sync” list."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.email import removal
from portal.errors import Conflict, Invalid
from portal.flash_texts import Flash, FlashText
from portal.privacy import domains, never_sync, store
from portal.privacy.models import Entry
from portal.privacy_settings import relays, release, retention
from portal.privacy_settings.flash_texts import PrivacyFlash
from portal.privacy_settings.forms import DomainForm, EntryForm, RelayForm, RetentionForm
from portal.shared_mailboxes.account_routes import page_account
from portal.web.access import admin_only, signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.proof.fresh_sign_in import require_fresh_sign_in
from portal.wording import counted, counted_or_no, verb

bp = Blueprint("privacy_settings", __name__)

Answer = Response | tuple[str, int]
SHOWN_AT_MOST = 200


@bp.get("/admin/privacy")
@admin_only
def privacy() -> str:
    return _privacy_page()


def _privacy_page(form: EntryForm | None = None, *, relay_form: RelayForm | None = None) -> str:
    return render_template(
        "privacy_settings/privacy.html",
        form=form or EntryForm(),
        relay_form=relay_form or RelayForm(),
        relays=store.relays(services.rows),
        entries=store.entries_of(services.rows, None),
        domains=store.domains(services.rows),
        retention=RetentionForm(months=str(retention.months(services.rows))),
        proposed=len(retention.proposed(services.rows, now=clock.utc_now())),
    )


@bp.post("/admin/privacy/never-sync")
@admin_only
def add() -> Answer:
    form = EntryForm(request.form)
    try:
        added = _add(form, None)
    except (Invalid, Conflict) as refusal:
        return _privacy_page(_refused(form, refusal)), refusal.status
    return redirect(url_for("privacy_settings.entry", entry_id=added.id), 303)


def _add(form: EntryForm, owner: str | None) -> Entry:
    form.check()
    added = never_sync.add(
        act(), str(form.address.data), owner=owner, counts=current_user.is_member
    )
    tell(PrivacyFlash.LISTED.of(label=added.label, where=_where(added)))
    return added


def _where(known: Entry) -> str:
    if known.user_id is None:
        return "any mailbox"
    return page_account().called


def _refused(form: EntryForm, refusal: Invalid | Conflict) -> EntryForm:
    return form.refuse(refusal if isinstance(refusal, Invalid) else Invalid(str(refusal)))


@bp.get("/admin/privacy/never-sync/<entry_id>")
@admin_only
def entry(entry_id: str) -> str:
    return _entry_page(store.entry(services.rows, entry_id, owner=None))


def _entry_page(known: Entry) -> str:
    return render_template(
        "privacy_settings/entry.html",
        account=page_account(),
        entry=known,
        kept=len(removal.mail_on_list(services.rows, known)),
    )


@bp.post("/admin/privacy/never-sync/<entry_id>/removal")
@admin_only
def remove(entry_id: str) -> Response:
    return _remove(store.entry(services.rows, entry_id, owner=None))


def _remove(known: Entry) -> Response:
    release.take_off(act(), known)
    where = f"{page_account().mailbox} is" if known.user_id else "All mailboxes are"
    tell(PrivacyFlash.UNLISTED.of(title=known.title, where=where))
    return redirect(url_for(_list_of(known)), 303)


def _list_of(known: Entry) -> str:
    return "privacy_settings.own_list" if known.user_id else "privacy_settings.privacy"


@bp.post("/admin/privacy/never-sync/<entry_id>/mail/removal")
@admin_only
def remove_mail(entry_id: str) -> Response:
    return _remove_mail(store.entry(services.rows, entry_id, owner=None))


def _remove_mail(known: Entry) -> Response:
    count = removal.remove_mail_on_list(act(), known)
    tell(PrivacyFlash.REMOVED.of(messages=counted_or_no(count, "message")))
    return redirect(url_for(_list_of(known)), 303)


@bp.post("/admin/privacy/domains/taken-off")
@admin_only
def take_domain_off() -> Response:
    form = DomainForm(request.form)
    form.check()
    domains.take_off(act(), str(form.name.data))
    return redirect(url_for("privacy_settings.privacy"), 303)


@bp.post("/admin/privacy/domains/put-back")
@admin_only
def put_domain_back() -> Response:
    form = DomainForm(request.form)
    form.check()
    domains.put_back(act(), str(form.name.data))
    return redirect(url_for("privacy_settings.privacy"), 303)


@bp.post("/admin/privacy/relays")
@admin_only
def add_relay() -> Answer:
    form = RelayForm(request.form)
    try:
        form.check()
        count = relays.add(act(), str(form.domain.data))
    except (Invalid, Conflict) as refusal:
        told = refusal if isinstance(refusal, Invalid) else Invalid(str(refusal))
        return _privacy_page(relay_form=form.refuse(told)), refusal.status
    tell(PrivacyFlash.RELAY_ADDED, _searched(count))
    return redirect(url_for("privacy_settings.privacy"), 303)


def _searched(count: int) -> FlashText | Flash:
    if not count:
        return PrivacyFlash.FOR_NEW_MAIL
    return PrivacyFlash.SEARCHING_EARLIER.of(mailboxes=counted(count, "mailbox"))


@bp.post("/admin/privacy/relays/removal")
@admin_only
def remove_relay() -> Response:
    form = DomainForm(request.form)
    form.check()
    relays.remove(act(), str(form.name.data))
    tell(PrivacyFlash.RELAY_REMOVED)
    return redirect(url_for("privacy_settings.privacy"), 303)


@bp.get("/settings/email/never-sync")
@signed_in
def own_list() -> str:
    return _own_page(EntryForm())


def _own_page(form: EntryForm) -> str:
    return render_template(
        "privacy_settings/own_list.html",
        account=page_account(),
        form=form,
        entries=store.entries_of(services.rows, page_account().id),
        of_organization=store.entries_of(services.rows, None),
    )


@bp.post("/settings/email/never-sync")
@signed_in
def add_own() -> Answer:
    form = EntryForm(request.form)
    try:
        added = _add(form, page_account().id)
    except (Invalid, Conflict) as refusal:
        return _own_page(_refused(form, refusal)), refusal.status
    return redirect(url_for("privacy_settings.own_entry", entry_id=added.id), 303)


@bp.get("/settings/email/never-sync/<entry_id>")
@signed_in
def own_entry(entry_id: str) -> str:
    return _entry_page(store.entry(services.rows, entry_id, owner=page_account().id))


@bp.post("/settings/email/never-sync/<entry_id>/removal")
@signed_in
def remove_own(entry_id: str) -> Response:
    return _remove(store.entry(services.rows, entry_id, owner=page_account().id))


@bp.post("/settings/email/never-sync/<entry_id>/mail/removal")
@signed_in
def remove_own_mail(entry_id: str) -> Response:
    return _remove_mail(store.entry(services.rows, entry_id, owner=page_account().id))


@bp.post("/admin/privacy/retention")
@admin_only
def set_retention() -> Response:
    form = RetentionForm(request.form)
    form.check()
    retention.set_months(act(), int(form.months.data))
    return redirect(url_for("privacy_settings.silent_candidates"), 303)


@bp.get("/admin/privacy/retention")
@admin_only
def silent_candidates() -> str:
    """List the candidates proposed for deletion, to tick and confirm."""
    return render_template(
        "privacy_settings/silent.html",
        months=retention.months(services.rows),
        candidates=retention.proposed(services.rows, now=clock.utc_now()),
        shown=SHOWN_AT_MOST,
    )


@bp.post("/admin/privacy/retention/deletion")
@admin_only
def delete_silent() -> Response:
    ticked = request.form.getlist("candidate")[:SHOWN_AT_MOST]
    require_fresh_sign_in(
        f"Delete {counted(len(ticked), 'ticked candidate')}?",
        back="privacy_settings.silent_candidates",
    )
    count = retention.delete(act(), ticked)
    tell(PrivacyFlash.CANDIDATES_DELETED.of(candidates=counted_or_no(count, "candidate")))
    if count < len(ticked):
        tell(_spared(len(ticked) - count))
    return redirect(url_for("privacy_settings.silent_candidates"), 303)


def _spared(count: int) -> Flash:
    are = verb(count, "is", "are")
    return PrivacyFlash.SPARED.of(candidates=counted(count, "ticked candidate"), are=are)
