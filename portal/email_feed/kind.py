"""The kind of feed entry that a message is, and what candidates' pages ask about mail."""

from collections.abc import Collection

from portal.candidates.feed import Correspondence, FeedKind, View
from portal.conversations import visibility
from portal.email import removal, search_store
from portal.email.models import FEED_KIND
from portal.email_feed import store
from portal.email_feed.models import EmailEntry
from portal.email_feed.plain_text import cleaned
from portal.email_feed.presentation import ShownMessage, shown
from portal.outbox.feed.kind import undelivered
from portal.storage.rows import Rows
from portal.suggested_addresses import suggestions


def load(rows: Rows, message_ids: Collection[str], view: View) -> dict[str, ShownMessage]:
    """The messages of one page, as this viewer may see them."""
    found = store.entries_by_id(rows, message_ids, viewer=view.viewer_id)
    counts = _counts(rows, found.values(), view)
    return {message_id: shown(entry, view, counts) for message_id, entry in found.items()}


def _counts(rows: Rows, entries: Collection[EmailEntry], view: View) -> dict[str, int]:
    """The sizes of the conversations that the viewer may hide, by Message-ID."""
    own = [each.internet_message_id for each in entries if each.own_accounts]
    return visibility.kept_counts(rows, own, viewer=view.viewer_id)


def whole(rows: Rows, message_id: str, view: View) -> ShownMessage:
    """One message of this candidate's feed with all of its text."""
    entry = store.entry(rows, view.candidate.id, message_id, viewer=view.viewer_id)
    return shown(entry, view, _counts(rows, [entry], view), is_whole=True)


def text(rows: Rows, message_id: str, view: View) -> str:
    """The text that is kept of one message of this candidate's feed."""
    return cleaned(store.entry(rows, view.candidate.id, message_id, viewer=view.viewer_id).body)


def hidden(rows: Rows, view: View) -> Collection[str]:
    """The messages of a candidate's feed that colleagues hid from the viewer."""
    return store.hidden_ids(rows, view.candidate.id, viewer=view.viewer_id)


def team(rows: Rows, view: View) -> list[tuple[str, str]]:
    """The colleagues in whose mailboxes a message of the feed lies."""
    return store.team(rows, view.candidate.id, viewer=view.viewer_id)


def of_person(rows: Rows, view: View) -> list[str]:
    return store.ids_of_person(
        rows, view.candidate.id, person=view.person or "", viewer=view.viewer_id
    )


EMAIL = FeedKind(
    name=FEED_KIND,
    load=load,
    hidden=hidden,
    template="email_feed/_entry.html",
    written=store.written,
    message_ids=store.message_ids_of,
    team=team,
    of_person=of_person,
)
CORRESPONDENCE = Correspondence(
    former=removal.former_mail,
    earlier=search_store.earlier_mail,
    import_progress=search_store.import_progress,
    suggested_addresses=suggestions.suggestions_for,
    undelivered=undelivered,
)
