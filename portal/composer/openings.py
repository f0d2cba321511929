"""The state in which the page for writing opens: with a draft, as an answer, or empty."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.candidates import store as candidates
from portal.candidates.models import Candidate
from portal.composer import (
    answers,
    drafts,
    interview_store,
    message_store,
    signature_store,
    signatures,
    store,
    template_store,
)
from portal.composer.models import (
    NO_REPLY,
    About,
    Answered,
    Draft,
    Fields,
    NextInterview,
    OtherDraft,
    Signature,
    Template,
)
from portal.errors import NotFound
from portal.microsoft365.clients import Microsoft365
from portal.outbox import senders as sending
from portal.outbox import store as outbox
from portal.outbox.models import DID_NOT_GO, Field, File, Mail
from portal.outbox.recipients import written
from portal.outbox.senders import Sender
from portal.storage.ids import new_id
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Opening:
    """Everything that the page shows when it opens. `is_kept`: the draft was saved."""

    candidate: Candidate
    draft: Draft
    senders: tuple[Sender, ...]
    signatures: tuple[Signature, ...] = ()
    templates: tuple[Template, ...] = ()
    answered: Answered | None = None
    others: tuple[OtherDraft, ...] = ()
    is_kept: bool = False
    interview: NextInterview | None = None

    @property
    def about(self) -> About:
        return self.draft.about

    def sender(self, key: str) -> Sender | None:
        """The address that was chosen. None for one that is not offered."""
        return next((each for each in self.senders if each.key == key), None)

    @property
    def can_send(self) -> bool:
        return any(each.lack is None for each in self.senders)


def opening(rows: Rows, microsoft365: Microsoft365, about: About, *, now: datetime) -> Opening:
    """NotFound for another's mail, and for a message that the author may not see."""
    candidate = candidates.candidate(rows, about.candidate_id)
    senders = tuple(sending.senders_of(rows, microsoft365, about.author_id))
    repeated = _repeated(rows, about)
    message_id = about.answers or (repeated.answers_message_id if repeated else None)
    answered = _answered(rows, about, message_id) if message_id else None
    own = tuple(signature_store.signatures(rows, about.author_id))
    kept = drafts.kept(rows, about, now=now)
    if repeated is not None:
        first, files = _fields_of(rows, repeated, own), _files_of(rows, repeated)
        if repeated.is_no_reply:  # An address of the author's, for when they remove the mark.
            first = replace(first, sender=senders[0].key if senders else "")
    else:
        first, files = _first_fields(candidate, senders, answered, own), ()
    made = kept or Draft(new_id(), about, new_id(), first, now, files)
    return Opening(
        candidate=candidate,
        draft=made,
        senders=senders,
        signatures=own,
        templates=tuple(template_store.templates(rows, about.author_id)),
        answered=answered,
        others=tuple(store.others(rows, about)),
        is_kept=kept is not None,
        interview=_interview(rows, candidate, now),
    )


def _interview(rows: Rows, candidate: Candidate, now: datetime) -> NextInterview | None:
    """The next interview, in the candidate's zone as it is known by now."""
    found = interview_store.next_interview(rows, candidate.id, now=now)
    if found is None or found.candidate_zone:
        return found
    return replace(found, candidate_zone=candidate.time_zone)


def _repeated(rows: Rows, about: About) -> Mail | None:
    """The mail whose text returns. NotFound for another's, and for one that may have gone out."""
    if not about.repeats:
        return None
    mail = outbox.mail(rows, about.repeats)
    is_own = (mail.author_id, mail.candidate_id) == (about.author_id, about.candidate_id)
    if not is_own or mail.state not in DID_NOT_GO or mail.may_have_gone:
        raise NotFound
    return mail


def _answered(rows: Rows, about: About, message_id: str) -> Answered | None:
    viewer, candidate_id = about.author_id, about.candidate_id
    try:
        return message_store.answered(rows, candidate_id, message_id, viewer=viewer)
    except NotFound:
        if about.answers:
            raise
        return None  # A mail that is repeated outlives the message that it answered.


def _first_fields(
    candidate: Candidate,
    senders: tuple[Sender, ...],
    answered: Answered | None,
    own: tuple[Signature, ...],
) -> Fields:
    first = answers.first_sender(senders, answered)
    return Fields(
        sender=first.key if first else "",
        to=answers.first_recipients(candidate, answered),
        subject=answers.subject(answered) if answered else "",
        signature=signatures.first(own, first),
    )


def _files_of(rows: Rows, mail: Mail) -> tuple[File, ...]:
    """The files of a mail whose contents are still kept."""
    return tuple(each for each in outbox.files(rows, mail.id) if each.content is not None)


def _fields_of(rows: Rows, mail: Mail, own: tuple[Signature, ...]) -> Fields:
    recipients = outbox.recipients(rows, [mail.id]).get(mail.id, [])
    chosen = next((each.id for each in own if each.text == mail.signature), "")
    return Fields(
        sender=mail.alias_id or mail.account_id or "",
        to=written(recipients, Field.TO),
        cc=written(recipients, Field.CC),
        subject=mail.subject,
        text=mail.text if chosen or not mail.signature else mail.whole_text,
        signature=chosen,
        no_reply=NO_REPLY if mail.is_no_reply else "",
    )
