"""The page “Sending” of administrators, reached from Microsoft 365 as Checks is."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.email_domain import settings
from portal.email_domain.models import Mailbox, Result
from portal.errors import Conflict, Invalid
from portal.flash_texts import ERROR, Flash, FlashText
from portal.outbox import automated
from portal.outbox.automated import Notice
from portal.outbox.feed import decisions
from portal.sending_settings.flash_texts import SendingFlash
from portal.sending_settings.forms import DomainForm, MailboxForm, domain_form
from portal.sending_settings.overview import overview
from portal.storage.ids import new_ordered_id
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import must_confirm, require_fresh_sign_in

bp = Blueprint("sending_settings", __name__)
Answer = Response | tuple[str, int]
PAGE = "sending_settings.sending"


@bp.get("/admin/sending")
@admin_only
def sending() -> str:
    return _page()


def _page(form: DomainForm | None = None, *, mailbox_form: MailboxForm | None = None) -> str:
    shown = overview(services.rows, services.vault, services.config, now=clock.utc_now())
    chosen = {"account": shown.choice.account_id} if shown.choice else {}
    return render_template(
        "sending_settings/sending.html",
        shown=shown,
        form=form or domain_form(shown.domain),
        mailbox_form=(mailbox_form or MailboxForm(data=chosen)).offer(shown.mailboxes),
        is_open=form is not None,
        own_address=current_user.address,
        must_confirm=must_confirm(),
    )


@bp.post("/admin/sending/email-domain")
@admin_only
def enter_domain() -> Answer:
    """Try new settings by a live mail. Refused, the working ones stay."""
    form = DomainForm(request.form)
    try:
        form.check()
        require_fresh_sign_in("Save this email domain?", back=PAGE, has_secret=True)
        limit(f"email-domain:{current_user.id}", hits=20, seconds=600)
        smtp = settings.completed(services.rows, services.vault, form.smtp)
        settings.enter(act(), services.vault, services.config, smtp, to=_own_mailbox())
    except (Invalid, Conflict) as refusal:
        return _page(form.refuse(Invalid(str(refusal), field=_field(refusal)))), refusal.status
    _settle()
    return _back(SendingFlash.DOMAIN_SAVED.of(host=smtp.host, address=current_user.address))


def _field(refusal: Invalid | Conflict) -> str | None:
    return refusal.field if isinstance(refusal, Invalid) else None


def _own_mailbox() -> Mailbox:
    return Mailbox(current_user.address, current_user.display_name)


def _settle() -> None:
    """Let mail that waits follow the route that holds now."""
    automated.settle(services.rows, services.vault, services.config, now=clock.utc_now())


@bp.post("/admin/sending/email-domain/removal")
@admin_only
def remove_domain() -> Response:
    require_fresh_sign_in("Remove the email domain and its password?", back=PAGE)
    settings.remove(act())
    _settle()
    return _back(SendingFlash.DOMAIN_REMOVED)


@bp.post("/admin/sending/test")
@admin_only
def test() -> Response:
    """Send one mail to the administrator by the route of automated mail."""
    limit(f"send-test:{current_user.id}", hits=5, seconds=3600)
    domain = settings.in_force(services.rows, services.vault, services.config)
    if domain is None:
        return _queued_test()
    found = settings.test(act(), services.config, domain, to=_own_mailbox())
    if found.result is not Result.ACCEPTED:
        return _back(SendingFlash.TEST_FAILED.of(reason=found.sentence))
    _settle()
    return _back(SendingFlash.TESTED.of(host=domain.smtp.host, address=current_user.address))


def _queued_test() -> Response:
    notice = Notice(
        current_user.address,
        current_user.display_name,
        "Test of automated mail",
        f"Automated mail from {services.portal_name} goes out from this address.",
        form_number=new_ordered_id(),
    )
    try:
        mail = automated.queue_automated(
            services.rows, services.vault, services.config, notice, now=clock.utc_now()
        )
    except Invalid as refusal:
        tell_refusal(refusal, ERROR)
        return redirect(url_for(PAGE), 303)
    if mail.account_id is None:
        return _back(SendingFlash.TEST_HELD)
    return _back(SendingFlash.TEST_WAITS.of(address=current_user.address, sender=mail.from_address))


@bp.post("/admin/sending/mailbox")
@admin_only
def choose_mailbox() -> Answer:
    shown = overview(services.rows, services.vault, services.config, now=clock.utc_now())
    form = MailboxForm(request.form).offer(shown.mailboxes)
    try:
        form.check()
        chosen = automated.choose(act(), services.vault, services.config, form.account.data)
    except Invalid as refusal:
        return _page(mailbox_form=form.refuse(refusal)), 422
    if shown.is_by_domain:
        return _back(SendingFlash.MAILBOX_CHOSEN.of(address=chosen.address))
    return _back(SendingFlash.MAILBOX_SENDS.of(address=chosen.address))


@bp.post("/admin/sending/decisions/<mail_id>")
@admin_only
def leave_it(mail_id: str) -> Response:
    """Leave an automated mail that may have gone out."""
    try:
        decisions.leave_it(act(), mail_id, user=current_user)
    except Conflict as refusal:
        tell_refusal(refusal)
        return redirect(url_for(PAGE), 303)
    return _back(SendingFlash.LEFT)


def _back(said: FlashText | Flash) -> Response:
    tell(said)
    return redirect(url_for(PAGE), 303)
