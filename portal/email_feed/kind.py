"""The kind of feed entry that a message is, and what candidates' pages ask about mail."""

from collections.abc import Collection

from portal.candidates.feed import Correspondence, FeedKind, View
from portal.email import removal, search_store
from portal.email.models import FEED_KIND
from portal.email_feed import store
from portal.email_feed.presentation import ShownMessage, shown
from portal.storage.rows import Rows


def load(rows: Rows, message_ids: Collection[str], view: View) -> dict[str, ShownMessage]:
    """The messages of one page, as this viewer may see them."""
    found = store.entries_by_id(rows, message_ids)
    return {message_id: shown(entry, view) for message_id, entry in found.items()}


def whole(rows: Rows, message_id: str, view: View) -> ShownMessage:
    """One message of this candidate's feed with all of its text."""
    return shown(store.entry(rows, view.candidate.id, message_id), view, is_whole=True)


EMAIL = FeedKind(name=FEED_KIND, load=load, template="email_feed/_entry.html")
CORRESPONDENCE = Correspondence(
    former=removal.former_mail,
    earlier=search_store.earlier_mail,
    import_progress=search_store.import_progress,
)
