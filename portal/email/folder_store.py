"""All SQL for the folders of a mailbox and their cursors."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from portal.email.models import Folder
from portal.storage.rows import Rows


def folders(rows: Rows, mailbox_id: str) -> list[Folder]:
    """Existing folders, left out or not."""
    return rows.all(
        Folder,
        "select *, case when stage = 'walking' then 1 else 0 end as is_walking from folders "
        "where mailbox_id = ? and gone_at is null order by name, graph_id",
        [mailbox_id],
    )


def read_folders(rows: Rows, mailbox_id: str) -> frozenset[str]:
    """Ids of the folders whose messages count."""
    found = folders(rows, mailbox_id)
    return frozenset(each.graph_id for each in found if not each.is_left_out)


def save_folders(rows: Rows, mailbox_id: str, found: Iterable[Folder]) -> None:
    """Save new and changed folders. Cursors stay. Belongs inside write()."""
    rows.many(
        "insert into folders (mailbox_id, graph_id, parent_id, name, is_left_out, left_out_as, "
        "stage, total_count, read_count) values (?, ?, ?, ?, ?, ?, 'walking', ?, 0) "
        "on conflict (mailbox_id, graph_id) do update set parent_id = excluded.parent_id, "
        "name = excluded.name, is_left_out = excluded.is_left_out, "
        "left_out_as = excluded.left_out_as, "
        "total_count = excluded.total_count, "
        # A folder that returns or is no longer left out may contain unread messages.
        "stage = case when folders.gone_at is not null or (folders.is_left_out = 1 "
        "and excluded.is_left_out = 0) then 'walking' else folders.stage end, "
        "cursor = case when folders.gone_at is not null or (folders.is_left_out = 1 "
        "and excluded.is_left_out = 0) then null else folders.cursor end, "
        "gone_at = null",
        [
            (
                mailbox_id,
                each.graph_id,
                each.parent_id,
                each.name,
                each.is_left_out,
                each.left_out_as,
                each.total_count,
            )
            for each in found
        ],
    )


def save_sent_items(rows: Rows, mailbox_id: str, folder_id: str | None) -> None:
    """Belongs inside write()."""
    rows.execute("update mailboxes set sent_items_id = ? where id = ?", [folder_id, mailbox_id])


def sent_items(rows: Rows, mailbox_id: str) -> str | None:
    """The folder in which Exchange keeps what the owner sent. None while it is unknown."""
    return rows.value(str, "select sent_items_id from mailboxes where id = ?", [mailbox_id])


def mark_folders_gone(
    rows: Rows, mailbox_id: str, folder_ids: Iterable[str], *, now: datetime
) -> None:
    """Mark folders as gone. Their messages stay. Belongs inside write(), like all that follow."""
    rows.many(
        "update folders set gone_at = ?, cursor = null where mailbox_id = ? and graph_id = ?",
        [(now, mailbox_id, folder_id) for folder_id in folder_ids],
    )


def save_folders_cursor(rows: Rows, mailbox_id: str, cursor: str | None) -> None:
    """With the number of messages that a first sync has before it."""
    rows.execute(
        "update mailboxes set folders_cursor = ?, total_count = "
        "(select coalesce(sum(f.total_count), 0) from folders f where f.mailbox_id = mailboxes.id "
        "and f.is_left_out = 0 and f.gone_at is null) where id = ?",
        [cursor, mailbox_id],
    )


def save_cursor(
    rows: Rows, mailbox_id: str, folder_id: str, cursor: str, *, is_last: bool, read: int
) -> None:
    rows.execute(
        "update folders set cursor = ?, read_count = read_count + ?, "
        "stage = case when ? = 1 then 'following' else stage end, "
        "walks_again = case when ? = 1 then 0 else walks_again end, "
        "failure = null, failed_at = null "
        "where mailbox_id = ? and graph_id = ?",
        [cursor, read, is_last, is_last, mailbox_id, folder_id],
    )


def save_arrivals(
    rows: Rows, mailbox_id: str, folder_id: str, arrivals: Collection[str], *, begun: str
) -> None:
    """Save the last arrival that a walk told of. `begun` is its beginning, of its first page."""
    if begun:
        rows.execute(
            "update folders set walk_began_at = ?, counted_until = null "
            "where mailbox_id = ? and graph_id = ?",
            [begun, mailbox_id, folder_id],
        )
    last = max(arrivals, default="")
    rows.execute(
        "update folders set counted_until = ? where coalesce(counted_until, '') < ? "
        "and mailbox_id = ? and graph_id = ?",
        [last, last, mailbox_id, folder_id],
    )


def counted_arrivals(rows: Rows, mailbox_id: str, folder_id: str) -> tuple[str, str]:
    """The beginning of a folder's last walk, and the last arrival that it told of."""
    found = rows.one(
        tuple,
        "select coalesce(walk_began_at, ''), coalesce(counted_until, '') from folders "
        "where mailbox_id = ? and graph_id = ?",
        [mailbox_id, folder_id],
    )
    return found or ("", "")


def save_idle_cursors(rows: Rows, mailbox_id: str, cursors: dict[str, str]) -> None:
    """Save cursors of unchanged folders. One marked for a new walk keeps the mark."""
    rows.many(
        "update folders set cursor = ?, failure = null, failed_at = null "
        "where mailbox_id = ? and graph_id = ? "
        "and stage = 'following' and gone_at is null",
        [(cursor, mailbox_id, folder_id) for folder_id, cursor in cursors.items()],
    )


def set_aside(rows: Rows, mailbox_id: str, refused: Mapping[str, str], *, now: datetime) -> None:
    """Save why Microsoft refuses each folder. Each sync tries it again."""
    rows.many(
        "update folders set failure = ?, failed_at = coalesce(failed_at, ?) "
        "where mailbox_id = ? and graph_id = ?",
        [(sentence, now, mailbox_id, folder_id) for folder_id, sentence in refused.items()],
    )


def folders_set_aside(rows: Rows, mailbox_id: str) -> list[Folder]:
    return [each for each in folders(rows, mailbox_id) if each.failure and not each.is_left_out]


def folders_with_missing(rows: Rows, mailbox_id: str) -> list[Folder]:
    """Folders in which Microsoft counts more items than it lists."""
    found = folders(rows, mailbox_id)
    return [each for each in found if each.missing_count and not each.is_left_out]


def save_missing(rows: Rows, mailbox_id: str, folder_id: str, count: int) -> None:
    rows.execute(
        "update folders set missing_count = ? where mailbox_id = ? and graph_id = ?",
        [count, mailbox_id, folder_id],
    )


def walk_again(rows: Rows, mailbox_id: str, folder_id: str) -> None:
    """Walk a folder again from its beginning, without counting messages twice."""
    rows.execute(
        "update mailboxes set read_count = read_count - coalesce((select f.read_count "
        "from folders f where f.mailbox_id = mailboxes.id and f.graph_id = ? "
        "and mailboxes.first_sync_finished_at is null), 0) where id = ?",
        [folder_id, mailbox_id],
    )
    rows.execute(
        "update folders set cursor = null, stage = 'walking', walks_again = 1, read_count = 0 "
        "where mailbox_id = ? and graph_id = ?",
        [mailbox_id, folder_id],
    )
