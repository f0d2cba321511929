"""Send a mail from its form: it waits in the outbox, and its draft is gone."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.composer import answers, drafts, fill_in, signatures
from portal.composer.models import Draft, Fields
from portal.composer.openings import Opening
from portal.config import Config
from portal.errors import Invalid
from portal.outbox import recipients, store
from portal.outbox.automated import queue_no_reply
from portal.outbox.intake import queue
from portal.outbox.models import Field, Kind, Mail, Queued, Recipient, Route, State
from portal.outbox.senders import Sender
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows
from portal.vault import Vault

SENT_AGAIN = (
    "The message that this one repeats was sent again already. To send this text too, write a new "
    "message to the candidate."
)


def send(act: Act, opening: Opening, draft: Draft, *, free_at: datetime) -> Mail:
    """Let a mail go out at this time, once for each form. Invalid if it may not go out."""
    written = _written(act, opening, draft, free_at)
    return _sent(act, opening, draft, written, partial(queue, act.rows, now=act.now))


def send_no_reply(
    act: Act, vault: Vault, config: Config, opening: Opening, draft: Draft, *, free_at: datetime
) -> Mail:
    """As send(), by the route of automated mail. Invalid also without such a route."""
    written = _written(act, opening, draft, free_at)
    by_route = partial(queue_no_reply, act.rows, vault, config, now=act.now)
    return _sent(act, opening, draft, written, by_route)


def _sent(
    act: Act,
    opening: Opening,
    draft: Draft,
    written: Queued,
    put: Callable[[Queued], Mail],
) -> Mail:
    with act.rows.write():
        mail = put(written)
        if mail.form_number != draft.form_number:
            raise Invalid(SENT_AGAIN)
        drafts.discard(act.rows, draft.about)
        if mail.id == written.mail.id:
            about = AuditedCandidate(opening.candidate.id)
            act.record(Action.MESSAGE_WRITTEN, CANDIDATE, candidate=about)
    return mail


def sent_with(rows: Rows, draft: Draft) -> Mail | None:
    """The mail that this form has made before. None for one that was not sent."""
    known = store.by_form(rows, draft.form_number)
    return known if known and known.author_id == draft.about.author_id else None


def is_same(
    rows: Rows, mail: Mail, opening: Opening, fields: Fields, file_names: Collection[str]
) -> bool:
    """Whether a form that is sent twice still says what it said the first time.

    `file_names` are those of the files that came with it the second time.
    """
    try:
        people = recipients.read(fields.to, fields.cc)
    except Invalid:
        return False
    signature = signatures.text_of(opening.signatures, fields.signature)
    known = (mail.alias_id or mail.account_id, mail.subject, mail.text, mail.signature)
    return (
        known == (fields.sender, fields.subject, fields.text, signature)
        and _written_to(people) == _written_to(store.recipients(rows, [mail.id]).get(mail.id, []))
        and {*file_names} <= {each.name for each in store.files(rows, mail.id)}
    )


def _written_to(people: Iterable[Recipient]) -> set[tuple[str, Field]]:
    return {(each.folded, each.field) for each in people}


def _written(act: Act, opening: Opening, draft: Draft, free_at: datetime) -> Queued:
    fields, about = draft.fields, draft.about
    fill_in.require_filled(fields)
    sender = None if fields.is_no_reply else _sender(opening, fields.sender)
    people = recipients.read(fields.to, fields.cc)
    mail = Mail(
        id=new_ordered_id(),
        kind=Kind.PERSON,
        route=Route.MICROSOFT,
        author_id=about.author_id,
        author_name=act.actor.name,
        account_id=sender.account_id if sender else None,
        through_id=sender.account_id if sender else None,
        candidate_id=about.candidate_id,
        alias_id=sender.alias_id if sender else None,
        from_address=sender.address if sender else "",
        from_name=sender.name if sender else "",
        answers_message_id=opening.answered.id if opening.answered else None,
        is_in_thread=sender is not None and _is_in_thread(opening, sender, people),
        subject=fields.subject,
        text=fields.text,
        signature=signatures.text_of(opening.signatures, fields.signature),
        state=State.WAITING,
        created_at=act.now,
        free_at=free_at,
        due_at=free_at,
        again_of=about.repeats or None,
        form_number=draft.form_number,
    )
    return Queued(mail, people, draft.files)


def _sender(opening: Opening, key: str) -> Sender:
    sender = opening.sender(key)
    if sender is None:
        raise Invalid("Choose an address to write from.", field="sender")
    if sender.lack is not None:
        raise Invalid(f"{sender.address} cannot send now. {sender.lack}", field="sender")
    return sender


def _is_in_thread(opening: Opening, sender: Sender, people: tuple[Recipient, ...]) -> bool:
    answered = opening.answered
    return answered is not None and answers.outside_thread(answered, sender, people) is None
