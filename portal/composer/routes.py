"""The page for writing to a candidate: look, keep a draft, and send."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.composer import (
    answers,
    drafts,
    fill_in,
    later,
    mails,
    no_reply,
    openings,
    own_address,
)
from portal.composer.flash_texts import ComposerFlash
from portal.composer.forms import ComposeForm, names_of_files, read_files
from portal.composer.models import About, Draft, Template
from portal.composer.openings import Opening
from portal.composer.preview import preview
from portal.errors import Conflict, Invalid, NotFound, TooMany
from portal.flash_texts import ERROR
from portal.flows import departure_routes
from portal.outbox.alias_tests.start import start
from portal.outbox.alias_tests.texts import AliasTestFlash, sender_text
from portal.outbox.automated import target
from portal.outbox.feed.kind import undelivered_to
from portal.outbox.feed.routes import flash_sent
from portal.outbox.models import MOST_FILES, UNDO, Mail
from portal.outbox.recipients import read
from portal.outbox.senders import Sender
from portal.storage.ids import new_id
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.limits import limit
from portal.web.templating import moment, zone

bp = Blueprint("composer", __name__)
Answer = AnyResponse | str | tuple[str, int]
PATH = "/candidates/<candidate_id>/write"
# The part of the page that a button is about.
PLACES = {
    "attach": "files-field",
    "remove": "files-field",
    "preview": "preview",
    "template": "template-field",
    "test": "from-field",
    "personal": "from-field",
}
ID = re.compile(r"[\w-]{0,40}")
FILE_PLACE = re.compile("[0-9]{1,2}")
SENT_BEFORE = (
    "This form was sent already, and its message is in the feed. "
    "Press Send again to send what stands here as another message."
)


@bp.get(PATH)
@member_only
def write(candidate_id: str) -> str:
    opened = _opening(candidate_id, request.args)
    return _page(opened, _form_of(opened.draft), shows_preview="preview" in request.args)


@bp.post(PATH)
@member_only
def submit(candidate_id: str) -> Answer:
    """Do what the pressed button says. Every button but Discard keeps the draft."""
    limit(f"write:{current_user.id}", hits=600, seconds=600)
    form = ComposeForm(request.form)
    opened = _opening(candidate_id, request.form)
    wanted = next((each for each in ("remove", "test") if each in request.form), "")
    wanted = wanted or request.form.get("do", "look")
    if wanted == "personal" or not form.text.data:
        form.no_reply.data = ""  # Nothing of the template is left.
    fields = own_address.refreshed(opened, form.fields, automated=_automated_address())
    form.write(fields)
    draft = replace(opened.draft, form_number=form.form_number, fields=fields)
    known = mails.sent_with(services.rows, draft)
    if known is not None and wanted != "discard":
        return _answer_sent(opened, form, draft, known)
    try:
        return _done(wanted, opened, form, draft)
    except Invalid as refusal:
        return _page(_opening(candidate_id, request.form), form.refuse(refusal)), refusal.status


def _opening(candidate_id: str, values: Mapping[str, str]) -> Opening:
    about = About(
        author_id=current_user.id,
        candidate_id=candidate_id,
        answers=_id(values, "answers"),
        repeats=_id(values, "repeats"),
    )
    return openings.opening(services.rows, services.microsoft365, about, now=clock.utc_now())


def _id(values: Mapping[str, str], name: str) -> str:
    written = values.get(name, "")
    if not ID.fullmatch(written) or not written.isascii():
        raise NotFound
    return written


def _form_of(draft: Draft) -> ComposeForm:
    about = draft.about
    return ComposeForm(
        **asdict(draft.fields),
        number=draft.form_number,
        answers=about.answers,
        repeats=about.repeats,
    )


def _answer_sent(opened: Opening, form: ComposeForm, draft: Draft, known: Mail) -> Answer:
    """A form sent twice is one mail. What else stands in it is not lost."""
    names = names_of_files(request.files.getlist("files"))
    if mails.is_same(services.rows, known, opened, draft.fields, names):
        return _sent(known)
    form.number.data = new_id()
    return _page(opened, form.refuse(Invalid(SENT_BEFORE))), Conflict.status


def _done(wanted: str, opened: Opening, form: ComposeForm, draft: Draft) -> Answer:
    now = clock.utc_now()
    if wanted == "discard":
        drafts.discard(services.rows, draft.about)
        tell(ComposerFlash.DRAFT_DISCARDED)
        return redirect(url_for("candidates.show", candidate_id=opened.candidate.id), 303)
    if wanted == "remove":
        named = FILE_PLACE.fullmatch(request.form["remove"])
        drafts.remove_file(services.rows, draft, int(named[0]) if named else -1, now=now)
        return _back_to_form(draft.about, shown=wanted)
    saved = drafts.save(services.rows, draft, read_files(request.files.getlist("files")), now=now)
    if wanted in ("template", "replace"):
        return _fill_in(opened, form, saved, may_replace=wanted == "replace")
    if wanted in ("send", "later"):
        return _send(wanted, opened, form, saved, now)
    if wanted == "test":
        _test(opened, request.form["test"])
        return _back_to_form(saved.about, shown=wanted)
    return _answer(wanted, opened, form, saved)


def _send(
    wanted: str, opened: Opening, form: ComposeForm, saved: Draft, now: datetime
) -> AnyResponse:
    form.check()
    typed = saved.fields
    at = now + UNDO
    if wanted == "later":
        at = later.moment(typed.day, typed.time, typed.which, zone=zone(), now=now)
    if typed.is_no_reply:
        vault, config = services.vault, services.config
        return _sent(mails.send_no_reply(act(), vault, config, opened, saved, free_at=at))
    return _sent(mails.send(act(), opened, saved, free_at=at))


def _fill_in(opened: Opening, form: ComposeForm, saved: Draft, *, may_replace: bool) -> Answer:
    """Fill in a template, or ask first if that would replace what the author wrote."""
    template = fill_in.chosen(opened, str(form.template.data))
    typed = saved.fields
    known = {"author": current_user.display_name, "automated": _automated_address()}
    if not may_replace and fill_in.would_replace(opened, typed, **known):
        return _page(replace(opened, draft=saved), form, replaced_by=template)
    fields = fill_in.filled(opened, typed, template, **known)
    fields = own_address.remembered(opened, fields, template, automated=known["automated"])
    filled = replace(saved, fields=fields)
    form.write(filled.fields)
    now = clock.utc_now()
    return _answer("template", opened, form, drafts.save(services.rows, filled, now=now))


def _automated_address() -> str:
    return target(services.rows, services.vault, services.config).address


def _sent(mail: Mail) -> AnyResponse:
    """The candidate's page, where the mail waits and can be taken back."""
    held_until = no_reply.held_until(services.rows, mail, now=clock.utc_now())
    if mail.is_waiting and held_until is not None:
        tell(ComposerFlash.HELD_BY_LIMIT.of(moment=moment(held_until)))
    else:
        flash_sent(mail)
    return redirect(
        url_for("candidates.show", candidate_id=mail.candidate_id, _anchor=f"sent-{mail.id}"), 303
    )


def _test(opened: Opening, key: str) -> None:
    """Start the test of an address that is offered, and say what came of it."""
    sender = opened.sender(key)
    try:
        if sender is None:
            raise Conflict("Choose an address to test.")
        start(act(), sender)
        tell(AliasTestFlash.STARTED)
    except (Conflict, Invalid, TooMany) as refusal:
        tell_refusal(refusal, ERROR)


def _answer(wanted: str, opened: Opening, form: ComposeForm, saved: Draft) -> Answer:
    """The answer to all buttons that only keep the draft."""
    if wanted == "autosave":
        return Response(status=204)
    if wanted == "connect":
        return departure_routes.connect_to_send()
    if wanted == "save":
        tell(ComposerFlash.DRAFT_SAVED)
    kept = drafts.kept(services.rows, saved.about, now=clock.utc_now())
    if kept is None or kept.fields != saved.fields:  # It has signs that no draft may have.
        return _page(opened, form, shows_preview=wanted == "preview")
    # A page that a form answered would send old text again when it is reloaded.
    return _back_to_form(saved.about, shown=wanted)


def kept_form() -> tuple[str, int]:
    """The form as it was posted, for a person whose session has ended. Nothing is stored."""
    is_signed_in = current_user.is_authenticated
    page = render_template(
        "composer/ended_session.html",
        form=ComposeForm(request.form),
        action=request.path,
        is_signed_in=is_signed_in,
    )
    return page, 400 if is_signed_in else 401


def _back_to_form(about: About, *, shown: str) -> AnyResponse:
    """The page with the draft, at the part that the pressed button is about."""
    return redirect(
        url_for(
            "composer.write",
            candidate_id=about.candidate_id,
            answers=about.answers or None,
            repeats=about.repeats or None,
            preview=1 if shown == "preview" else None,
            _anchor=PLACES.get(shown),
        ),
        303,
    )


def _page(
    opened: Opening,
    form: ComposeForm,
    *,
    shows_preview: bool = False,
    replaced_by: Template | None = None,
) -> str:
    typed = form.fields
    by_route = no_reply.route(services, opened, now=clock.utc_now()) if typed.is_no_reply else None
    for unfilled in fill_in.complaints(typed):
        form.refuse(unfilled)
    return render_template(
        "composer/write.html",
        opened=opened,
        candidate=opened.candidate,
        form=form,
        offered=[
            (each, sender_text(each), _outside_thread(opened, each, form))
            for each in opened.senders
        ],
        by_route=by_route,
        can_send=by_route.is_usable if by_route else opened.can_send,
        files=opened.draft.files,
        most_files=MOST_FILES,
        time_zone=current_user.time_zone,
        is_repeated=later.is_repeated(typed.day, typed.time, zone=zone()),
        undelivered=undelivered_to(services.rows, _folded(form), current_user.id),
        preview=preview(opened, typed, by_route) if shows_preview else None,
        replaced_by=replaced_by,
    )


def _folded(form: ComposeForm) -> list[str]:
    """The addresses that the form names. Empty while one of them cannot be read."""
    try:
        return [each.folded for each in read(form.fields.to, form.fields.cc)]
    except Invalid:
        return []


def _outside_thread(opened: Opening, sender: Sender, form: ComposeForm) -> str | None:
    if opened.answered is None:
        return None
    try:
        people = read(form.fields.to, form.fields.cc)
    except Invalid:
        return None
    return answers.outside_thread(opened.answered, sender, people)
