"""The kind of feed entry that a sent mail is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.addresses import fold
from portal.candidates.feed import FeedKind, View
from portal.candidates.models import Candidate
from portal.conversations import store as conversations
from portal.conversations import visibility
from portal.conversations.models import Hide, OwnAccount
from portal.conversations.presentation import Hiding, hiding
from portal.graph.links import opens_in_outlook
from portal.outbox import store
from portal.outbox.feed import decisions, texts
from portal.outbox.feed import store as feed_store
from portal.outbox.feed.texts import Scene, Step, Told
from portal.outbox.models import DID_NOT_GO, FEED_KIND, Bounce, File, Mail, Recipient, Route, State
from portal.outbox.requests import Span, spans
from portal.storage.rows import Rows
from portal.wording import initials

SHOWN_LENGTH = 6_000
WHOLE_LENGTH = 20_000


@dataclass(frozen=True)
class ShownBounce:
    """The notice about one recipient."""

    text: str
    is_failure: bool


@dataclass(frozen=True)
class ShownMail:
    """A sent mail as its entry shows it, with the decisions that the viewer may take."""

    mail: Mail
    initials: str
    recipients: tuple[str, ...]
    pills: tuple[tuple[str, str], ...]
    text: tuple[Span, ...]
    is_shortened: bool
    missing_length: int
    files: tuple[File, ...]
    told: Told
    bounces: tuple[ShownBounce, ...]
    steps: tuple[Step, ...]
    may_decide: bool
    may_send: bool
    is_author: bool
    was_sent_again: bool
    outlook_address: str
    hiding: Hiding

    @property
    def may_take_back(self) -> bool:
        return self.may_decide and self.mail.state is State.WAITING

    @property
    def may_leave(self) -> bool:
        return self.may_decide and self.mail.state is State.ASKS

    @property
    def may_send_again(self) -> bool:
        is_meant = self.mail.state in decisions.MAY_GO_AGAIN and self.mail.is_written
        return self.may_send and is_meant and not self.was_sent_again

    @property
    def may_change(self) -> bool:
        """Whether the text may return to the page where its author wrote it."""
        mail = self.mail
        is_meant = mail.state in DID_NOT_GO and mail.is_written
        is_there = mail.candidate_id is not None and not mail.may_have_gone
        return self.is_author and is_meant and is_there and not self.was_sent_again

    @property
    def has_files_left(self) -> bool:
        return all(each.content is not None for each in self.files)


@dataclass(frozen=True)
class _Around:
    """The facts about the mail of one page, besides the mail itself."""

    recipients: Mapping[str, list[Recipient]]
    files: Mapping[str, list[File]]
    deciders: Mapping[str, set[str]]
    addresses: Mapping[str, str]
    synced: Collection[str]
    synced_addresses: Collection[str]
    repeated: Collection[str]
    hides: Mapping[str, list[Hide]]
    own: Mapping[str, list[OwnAccount]]
    counts: Mapping[str, int]
    is_admin: bool


def load(rows: Rows, mail_ids: Collection[str], view: View) -> dict[str, ShownMail]:
    """The mail of one page, as this viewer may see it."""
    found = feed_store.mails(rows, mail_ids, viewer=view.viewer_id)
    around = _around(rows, found, view)
    return {each.id: _shown(each, around, view) for each in found}


def text(rows: Rows, mail_id: str, view: View) -> str:
    """All of the text of one mail of this candidate's feed."""
    return feed_store.mail(rows, view.candidate.id, mail_id, viewer=view.viewer_id).whole_text


def whole(rows: Rows, mail_id: str, view: View) -> ShownMail:
    """One mail of this candidate's feed with as much of its text as a page shows."""
    mail = feed_store.mail(rows, view.candidate.id, mail_id, viewer=view.viewer_id)
    return _shown(mail, _around(rows, [mail], view), view, is_whole=True)


def hidden(rows: Rows, view: View) -> Collection[str]:
    return feed_store.hidden_ids(rows, view.candidate.id, viewer=view.viewer_id)


def _around(rows: Rows, mails: Collection[Mail], view: View) -> _Around:
    ids = [each.id for each in mails]
    own = feed_store.own_accounts(rows, ids, viewer=view.viewer_id)
    through = {each.through_id for each in mails if each.through_id}
    keys = feed_store.conversation_ids(rows, own)
    counts = visibility.kept_counts(rows, set(keys.values()), viewer=view.viewer_id)
    return _Around(
        recipients=store.recipients(rows, ids),
        files=feed_store.files(rows, ids),
        deciders=feed_store.deciders(
            rows, {each for each in map(decisions.deciding_account, mails) if each}
        ),
        addresses=feed_store.addresses(rows, through),
        synced=feed_store.synced(rows, through),
        synced_addresses=feed_store.synced_addresses(
            rows, {fold(each.from_address) for each in mails if each.route is Route.SMTP}
        ),
        repeated=feed_store.repeated(rows, ids),
        hides=conversations.hides_of(rows, ids, viewer=view.viewer_id),
        own=own,
        counts={each: counts.get(keys[each], 0) for each in own},
        is_admin=feed_store.is_admin(rows, view.viewer_id),
    )


def _shown(mail: Mail, around: _Around, view: View, *, is_whole: bool = False) -> ShownMail:
    recipients = around.recipients.get(mail.id, [])
    scene = Scene(
        clock.utc_now(),
        view.viewer_id,
        around.addresses.get(mail.through_id or "", ""),
        is_synced=_is_synced(mail, around),
        is_closed=view.candidate.is_closed,
    )
    deciders = around.deciders.get(decisions.deciding_account(mail) or "", set())
    length = WHOLE_LENGTH if is_whole else SHOWN_LENGTH
    missing = max(0, len(mail.whole_text) - length)
    return ShownMail(
        mail=mail,
        initials=initials(mail.author_name or mail.from_address),
        recipients=tuple(_name(each, view.candidate) for each in recipients),
        pills=tuple(texts.pills(mail, recipients)),
        text=_text(mail, length),
        is_shortened=missing > 0 and not is_whole,
        missing_length=missing if is_whole else 0,
        files=tuple(around.files.get(mail.id, ())),
        told=texts.told(mail, scene),
        bounces=tuple(
            ShownBounce(texts.told_bounce(each), each.bounce is Bounce.FAILED)
            for each in recipients
            if each.bounce is not None
        ),
        steps=tuple(texts.steps(mail, recipients, scene)),
        may_decide=decisions.decides(deciders, view.viewer_id, around.is_admin),
        is_author=mail.author_id == view.viewer_id,
        may_send=view.viewer_id in deciders,
        was_sent_again=mail.id in around.repeated,
        outlook_address=_outlook_address(mail, view),
        hiding=hiding(
            around.hides.get(mail.id, ()),
            around.own.get(mail.id, ()),
            count=around.counts.get(mail.id, 0),
            after=view.after,
            is_whole=is_whole,
        ),
    )


def _text(mail: Mail, length: int) -> tuple[Span, ...]:
    """The text with its links. One that is cut leads nowhere."""
    if len(mail.whole_text) <= length:
        return tuple(spans(mail.whole_text))
    *others, last = spans(mail.whole_text[:length])
    return (*others, Span(last.text))


def _is_synced(mail: Mail, around: _Around) -> bool:
    """Whether sync reads the mailbox that notices of non-delivery go to."""
    if mail.route is Route.SMTP:
        return fold(mail.from_address) in around.synced_addresses
    return mail.through_id in around.synced


def _outlook_address(mail: Mail, view: View) -> str:
    """The address at which the copy opens for the person in whose mailbox it lies."""
    is_own = mail.through_id == view.viewer_id
    opens = opens_in_outlook(mail.web_link, on_loopback=view.is_test_mode)
    return mail.web_link if is_own and opens else ""


def _name(recipient: Recipient, candidate: Candidate) -> str:
    """The candidate by name, other recipients by address."""
    return candidate.name if candidate.has_address(recipient.address) else recipient.address


@dataclass(frozen=True)
class Undelivered:
    """An address that the latest mail did not reach, or reached late."""

    text: str
    at: datetime
    is_failure: bool


def undelivered(rows: Rows, candidate: Candidate, viewer_id: str) -> list[Undelivered]:
    """The notices about a candidate's addresses, from mail that the viewer may see."""
    return undelivered_to(rows, [fold(each) for each in candidate.addresses], viewer_id)


def undelivered_to(rows: Rows, folded: Collection[str], viewer_id: str) -> list[Undelivered]:
    return [
        Undelivered(texts.told_bounce(each), each.bounced_at, each.bounce is Bounce.FAILED)
        for each in feed_store.bounced(rows, folded, viewer=viewer_id)
        if each.bounced_at is not None
    ]


def team(rows: Rows, view: View) -> list[tuple[str, str]]:
    """The colleagues who wrote a mail of the feed."""
    return feed_store.authors(rows, view.candidate.id, viewer=view.viewer_id)


def of_person(rows: Rows, view: View) -> list[str]:
    return feed_store.ids_by_author(
        rows, view.candidate.id, author=view.person or "", viewer=view.viewer_id
    )


SENT = FeedKind(
    name=FEED_KIND,
    load=load,
    hidden=hidden,
    template="outbox/_entry.html",
    written=feed_store.written,
    message_ids=feed_store.conversation_ids,
    team=team,
    of_person=of_person,
)
