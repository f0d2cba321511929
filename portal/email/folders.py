"""The folders of a mailbox, and which of them are left out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from portal.email import folder_store
from portal.email.headers import FOLDER_FIELDS, Item, folder
from portal.email.models import Folder
from portal.email.sync_job import SyncJob
from portal.graph.batches import BatchRequest
from portal.graph.errors import CursorExpired, Gone
from portal.graph.paging import changes

LIST = "mailFolders/delta"
# Nothing in Outbox, Sync Issues and Recoverable Items has been exchanged with anybody, or it lies
# elsewhere too; Conversation History holds chats. Each with everything below it.
LEFT_OUT = (
    "drafts",
    "deleteditems",
    "junkemail",
    "outbox",
    "syncissues",
    "recoverableitemsdeletions",
    "conversationhistory",
)

SENT_ITEMS = "sentitems"


def refresh(job: SyncJob) -> None:
    """Notice new, renamed, moved and vanished folders."""
    try:
        _refresh(job, job.mailbox.folders_cursor)
    except CursorExpired:
        _refresh(job, None)


def _refresh(job: SyncJob, cursor: str | None) -> None:
    query = {"$select": FOLDER_FIELDS}
    pages = list(changes(job.graph, cursor or LIST, query=query))
    changed = [item for page in pages for item in page.items if not _is_search(item)]
    removed = {folder_id for page in pages for folder_id in page.removed_ids}
    known = {each.graph_id: each for each in folder_store.folders(job.rows, job.mailbox.id)}
    found = {} if cursor is None else dict(known)
    found |= {each.graph_id: each for each in map(folder, changed)}
    there = {folder_id: each for folder_id, each in found.items() if folder_id not in removed}
    is_changed = cursor is None or bool(changed or removed)
    roots = _roots(job) if is_changed else {}
    left_out = {folder_id: name for folder_id, name in roots.items() if name in LEFT_OUT}
    marked = list(_marked(there, left_out)) if is_changed else []
    with job.write() as now:
        if is_changed:
            folder_store.mark_folders_gone(job.rows, job.mailbox.id, known.keys() - there, now=now)
            folder_store.save_folders(job.rows, job.mailbox.id, marked)
            sent_items = next((each for each in roots if roots[each] == SENT_ITEMS), None)
            folder_store.save_sent_items(job.rows, job.mailbox.id, sent_items)
        folder_store.save_folders_cursor(job.rows, job.mailbox.id, pages[-1].next_cursor)


def wanted(job: SyncJob) -> list[Folder]:
    found = folder_store.folders(job.rows, job.mailbox.id)
    return [each for each in found if not each.is_left_out]


def followed(job: SyncJob) -> list[Folder]:
    """The folders that were read to their end. One whose cursor leads elsewhere is read again."""
    read = [each for each in wanted(job) if each.cursor and not each.is_walking]
    at_home = [each for each in read if job.graph.is_at_home(each.cursor)]
    with job.write():
        for each in read:
            if each not in at_home:
                folder_store.walk_again(job.rows, job.mailbox.id, each.graph_id)
    return at_home


def _is_search(item: Item) -> bool:
    """A search folder shows messages that lie elsewhere."""
    return str(item.get("@odata.type", "")).lower().endswith("mailsearchfolder")


def _roots(job: SyncJob) -> dict[str, str]:
    """Well-known folders by their ids. Their names are the same in every language."""
    names = (*LEFT_OUT, SENT_ITEMS)
    parts = [BatchRequest(name, "GET", f"mailFolders/{name}?$select=id") for name in names]
    found: dict[str, str] = {}
    for name, answer in job.graph.batch(parts).items():
        error = answer.error()
        if error is None and isinstance(answer.body, dict):
            found[str(answer.body.get("id"))] = name
        elif error is not None and not isinstance(error, Gone):  # Not every mailbox has each.
            raise error
    return found


def _marked(there: Mapping[str, Folder], roots: Mapping[str, str]) -> Iterable[Folder]:
    for each in there.values():
        root = _root_of(each, there, roots)
        yield replace(each, is_left_out=root is not None, left_out_as=root)


def _root_of(start: Folder, there: Mapping[str, Folder], roots: Mapping[str, str]) -> str | None:
    """The left-out folder that a folder is, or lies below."""
    seen: set[str] = set()
    step: Folder | None = start
    while step is not None and step.graph_id not in seen:
        seen.add(step.graph_id)
        root = roots.get(step.graph_id) or roots.get(step.parent_id or "")
        if root is not None:
            return root
        step = there.get(step.parent_id or "")
    return None
