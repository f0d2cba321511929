"""Read the entries of Rosa's feed."""

from portal.candidates import feed_store
from portal.email_feed import store
from portal.email_feed.models import EmailEntry
from portal.storage.rows import Rows


def only(rows: Rows) -> EmailEntry:
    """The one message of the feed."""
    (found,) = feed_store.feed(rows, "rosa", kinds=["email"], hidden=[]).entries
    return store.entry(rows, "rosa", found.subject_id, viewer="priya")
