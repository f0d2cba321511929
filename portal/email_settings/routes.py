"""The Email page: sync, aliases, and removing what they brought."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.email import aliases, mailboxes, removal, settings_store
from portal.email.models import Alias
from portal.email_settings import alias_preview, overview, sync_end
from portal.email_settings.alias_preview import Preview
from portal.email_settings.flash_texts import EmailSettingsFlash
from portal.email_settings.forms import InclusionForm, SyncForm
from portal.email_settings.sync_end_routes import what_holds_off
from portal.errors import Conflict, Invalid, TooMany
from portal.flash_texts import Flash
from portal.graph.errors import GraphError
from portal.microsoft365 import authorization_store, hindrances
from portal.microsoft365 import store as microsoft365
from portal.microsoft365.models import FeatureState
from portal.microsoft365.permissions import Feature
from portal.microsoft365.status import feature_state, google_instead
from portal.outbox.alias_tests.texts import SenderText, sender_text
from portal.outbox.senders import Sender, senders_of
from portal.shared_mailboxes import ownership
from portal.shared_mailboxes.account_routes import page_account
from portal.shared_mailboxes.models import Account, Closed
from portal.shared_mailboxes.ownership import OwnedMailbox
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit
from portal.wording import counted_or_no

bp = Blueprint("email_settings", __name__)

Answer = Response | tuple[str, int]

CONNECTION_HINTS = {
    FeatureState.NOT_CONNECTED: "Your Microsoft 365 account is not connected. Connect it, and "
    "Portal adds your email with candidates automatically.",
    FeatureState.MISSING: "Your connection does not allow reading mail. Reconnect your account "
    "and allow it.",
}
SHARED_HINTS = {
    FeatureState.NOT_CONNECTED: "Your organization has not consented to reading mail. An "
    "administrator can connect it under Integrations, Microsoft 365, or a member with Full Access "
    "can read it.",
}
BY_A_MEMBER = "A member with Full Access can also read this mailbox."
SHARED_IS_REMOVED = (
    "This mailbox is no longer one that Portal reads. An administrator can add it again under "
    "Privacy. What is in Portal stays."
)
SHARED_IS_CONVERTED = (
    "Microsoft says that it is a user's mailbox now, so Portal no longer reads it. What is in "
    "Portal stays. To read it again, convert it back to a shared mailbox in Exchange. An "
    "administrator can then add it under Privacy."
)


@bp.get("/settings/email")
@signed_in
def settings(refusal: str = "") -> str:
    """The Email page. A refused change shows it again with the reason."""
    now = clock.utc_now()
    status = settings_store.status(services.rows, page_account().id, now=now)
    page = overview.of_person(services.rows, _account(), status, now=now)
    senders = _senders()
    return render_template(
        "email_settings/settings.html",
        page=page,
        account=page_account(),
        shared=_shared_mailboxes(),
        senders=senders,
        is_testing=any(text.is_being_tested for _, text in senders.values()),
        refusal=refusal,
    )


def _senders() -> dict[str, tuple[Sender, SenderText]]:
    """The aliases of this mailbox that the person may write from."""
    if not current_user.is_member:
        return {}
    found = senders_of(services.rows, services.microsoft365, current_user.id)
    return {
        each.alias_id: (each, sender_text(each))
        for each in found
        if each.account_id == page_account().id and each.alias_id and not each.is_primary
    }


def _shared_mailboxes() -> list[OwnedMailbox]:
    """Those that the person decides for, on the page about their own mailbox."""
    if page_account().is_shared:
        return []
    return ownership.owned(services.rows, current_user.id)


def _account() -> overview.Account:
    account = page_account()
    connection = microsoft365.connection_of(services.rows, account.id)
    state = feature_state(services.rows, account.id, Feature.EMAIL_SYNC)
    return overview.Account(
        user_id=account.id,
        address=connection.address if connection else account.address,
        is_shared=account.is_shared,
        hindrance=google_instead(services.rows) or _hint(account, state),
        is_kept_out=not account.is_enabled,
        is_closed=state is FeatureState.CLOSED,
        is_absent=state is FeatureState.ABSENT,
        waits_for_consent=state is FeatureState.WITHDRAWN,
        has_lapsed=state is FeatureState.LAPSED,
    )


def _hint(account: Account, state: FeatureState) -> str:
    if not account.is_enabled:
        is_converted = account.kept_out is Closed.CONVERTED
        return SHARED_IS_CONVERTED if is_converted else SHARED_IS_REMOVED
    hints = SHARED_HINTS if account.is_shared else CONNECTION_HINTS
    reader = authorization_store.reader_of(services.rows, account.id)
    is_withdrawn = state is FeatureState.WITHDRAWN
    if reader is not None and reader.loss is not None and (state in hints or is_withdrawn):
        return reader.loss.sentence(reader.name)
    if is_withdrawn and account.is_shared:
        return f"{hindrances.consent_lost(services.rows)} {BY_A_MEMBER}"
    return hindrances.of_person(services.rows, state) or hints.get(state, "")


@bp.post("/settings/email/sync")
@signed_in
def set_syncing() -> Answer:
    """Turn sync on, or off: then a page says first what stays, if there is anything."""
    form = SyncForm(request.form)
    try:
        form.check()
    except Invalid as refusal:
        return settings(str(refusal)), 422
    account = page_account()
    if form.wants_on and not account.is_enabled:
        return settings("Portal no longer reads this mailbox, so its sync stays off."), 409
    if form.asks_first and sync_end.staying(services.rows, account.id).has_any:
        return redirect(url_for("sync_end.choose"), 303)
    if form.wants_on:
        mailboxes.set_syncing(act(), account.id, is_syncing=True)
        tell(EmailSettingsFlash.SYNCING.of(whose=account.its))
    else:
        removed = sync_end.turn_off(act(), account.id, removes=form.removes)
        tell(what_holds_off(account.mailbox, removed))
    return redirect(url_for("email_settings.settings"), 303)


@bp.post("/settings/email/check")
@signed_in
def check() -> Answer:
    return _ask(
        EmailSettingsFlash.CHECKING.of(mailbox=page_account().mailbox), read_addresses=False
    )


@bp.post("/settings/email/addresses")
@signed_in
def look_for_addresses() -> Answer:
    return _ask(
        EmailSettingsFlash.READING_ADDRESSES.of(whose=page_account().its), read_addresses=True
    )


def _ask(said: Flash, *, read_addresses: bool) -> Answer:
    limit(f"ask:{current_user.id}", hits=20, seconds=600)
    now = clock.utc_now()
    known = settings_store.status(services.rows, page_account().id, now=now)
    if known is None or not known.is_syncing:
        return settings("Turn email sync on first."), 409
    mailboxes.ask(services.rows, known.mailbox_id, now, read_addresses=read_addresses)
    tell(said)
    return redirect(url_for("email_settings.settings"), 303)


@bp.get("/settings/email/aliases/<alias_id>/inclusion")
@signed_in
def choose_alias_start(alias_id: str) -> Answer | str:
    alias = settings_store.alias(services.rows, alias_id, owner=page_account().id)
    if alias.is_primary or alias.is_gone:
        return redirect(url_for("email_settings.settings"), 303)
    try:
        preview, uncounted = _preview(alias)
    except GraphError as error:
        preview, uncounted = None, alias_preview.refusal(error)
    except TooMany as refusal:
        preview, uncounted = None, str(refusal)
    return render_template(
        "email_settings/alias.html",
        account=page_account(),
        alias=alias,
        preview=preview,
        uncounted=uncounted,
    )


def _preview(alias: Alias) -> tuple[Preview | None, str]:
    """Count the messages that the alias would bring. Else the reason why not."""
    now = clock.utc_now()
    status = settings_store.status(services.rows, page_account().id, now=now)
    page = overview.of_person(services.rows, _account(), status, now=now)
    if status is None or not page.can_ask:
        return None, f"{page_account().mailbox} is not synced at the moment."
    limit(f"alias-preview:{current_user.id}", hits=20, seconds=600)
    graph = services.microsoft365.client_for(Feature.EMAIL_SYNC, page_account().id)
    return alias_preview.count(services.rows, graph, status.mailbox_id, alias, now), ""


@bp.post("/settings/email/aliases/<alias_id>/inclusion")
@signed_in
def set_alias_inclusion(alias_id: str) -> Answer:
    """Set an alias. Turning it on without a start leads to the page that asks for one."""
    alias = settings_store.alias(services.rows, alias_id, owner=page_account().id)
    form = InclusionForm(request.form)
    try:
        form.check()
        if form.wants_on and not form.has_chosen and not (alias.is_included or alias.is_gone):
            return redirect(url_for("email_settings.choose_alias_start", alias_id=alias.id), 303)
        changed = aliases.set_inclusion(
            act(),
            alias,
            included=form.wants_on,
            from_now=form.is_from_now,
        )
    except (Invalid, Conflict) as refusal:
        return settings(str(refusal)), refusal.status
    tell(_what_holds(changed))
    return redirect(url_for("email_settings.settings"), 303)


def _what_holds(alias: Alias) -> Flash:
    if not alias.is_included:
        return EmailSettingsFlash.ALIAS_OFF.of(address=alias.address)
    if alias.included_from is None:
        return EmailSettingsFlash.ALIAS_SEARCHING.of(address=alias.address)
    return EmailSettingsFlash.ALIAS_ON.of(address=alias.address)


@bp.post("/settings/email/aliases/<alias_id>/removal")
@signed_in
def remove_alias_mail(alias_id: str) -> Answer:
    alias = settings_store.alias(services.rows, alias_id, owner=page_account().id)
    return _remove(
        lambda: removal.remove_alias_mail(
            act(),
            alias,
        )
    )


@bp.post("/settings/email/removal")
@signed_in
def remove_mailbox_mail() -> Answer:
    person = page_account().id
    return _remove(
        lambda: removal.remove_mailbox_mail(
            act(),
            person,
        )
    )


def _remove(remove: Callable[[], int]) -> Answer:
    try:
        count = remove()
    except Conflict as refusal:
        return settings(str(refusal)), refusal.status
    tell(EmailSettingsFlash.REMOVED.of(messages=counted_or_no(count, "message")))
    return redirect(url_for("email_settings.settings"), 303)
