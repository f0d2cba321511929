"""Ask by id where messages are that a folder no longer lists."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from portal import clock
from portal.email import folder_store, message_pages, message_store
from portal.email.bodies import TRIES_BEFORE_GIVING_UP
from portal.email.headers import HEADER_FIELDS, Item
from portal.email.models import TextFailure
from portal.email.sync_job import COUNT_NOTHING, SyncJob
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.errors import Gone, GraphError
from portal.graph.links import segment

AT_ONCE = 200


@dataclass
class Whereabouts:
    """Messages in folders that are read, those in other folders, and those that are deleted."""

    present: list[Item] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def without(self, graph_ids: Iterable[str]) -> list[str]:
        """Those of which Microsoft told nothing."""
        told = {*self.gone, *self.elsewhere, *(str(item["id"]) for item in self.present)}
        return [each for each in graph_ids if each not in told]


def ask(job: SyncJob, graph_ids: Collection[str]) -> Whereabouts:
    """Find the messages. One that Microsoft refuses to tell of stays as it is.

    With immutable ids, a message that was moved away and back is told as removed only.
    https://learn.microsoft.com/graph/outlook-immutable-id
    """
    asked = list(dict.fromkeys(graph_ids))
    parts = [
        BatchRequest(str(number), "GET", f"messages/{segment(graph_id)}?$select={HEADER_FIELDS}")
        for number, graph_id in enumerate(asked)
    ]
    answers = job.graph.batch(parts) if parts else {}
    job.require_answering(answers.values())
    folders = {
        each.graph_id: each.is_left_out for each in folder_store.folders(job.rows, job.mailbox.id)
    }
    found = Whereabouts()
    for number, graph_id in enumerate(asked):
        _sort(found, graph_id, answers[str(number)], folders)
    return found


def _sort(found: Whereabouts, graph_id: str, answer: BatchAnswer, folders: dict[str, bool]) -> None:
    error: GraphError | None = answer.error()
    item = answer.body if error is None and isinstance(answer.body, dict) else {}
    folder_id = str(item.get("parentFolderId") or "")
    if isinstance(error, Gone) or (error is None and folder_id not in folders):
        # An unknown folder is one of Recoverable Items; a new one is listed at the next sync.
        found.gone.append(graph_id)
    elif error is None and folders[folder_id]:
        found.elsewhere[graph_id] = folder_id
    elif error is None:
        found.present.append(item)


def compare(job: SyncJob, *, since: str) -> None:
    """Ask for each copy that no page of a whole walk has named, and save what became of it."""
    moment = clock.moment(since)
    after = ""
    while some := message_store.unseen_copies(
        job.rows, job.mailbox.id, since=moment, after=after, most=AT_ONCE
    ):
        found = ask(job, some)
        page = message_pages.read(job, found.present, counting=COUNT_NOTHING)
        with job.write() as now:
            message_pages.save(job.rows, job.mailbox, page, now=now)
            save(job, found, now=now)
        after = some[-1]
        job.require_running()


def save(job: SyncJob, found: Whereabouts, *, now: datetime) -> None:
    """Save what is not there any more, and what lies elsewhere. Belongs inside write()."""
    message_store.mark_gone(job.rows, job.mailbox.id, found.gone, now=now)
    message_store.save_folders_of(job.rows, job.mailbox.id, found.elsewhere, now=now)


def retry_texts(job: SyncJob) -> None:
    """Ask again for the texts that Microsoft refused, each in its time."""
    failed = {each.graph_id: each for each in _failed(job)}
    due = [each.graph_id for each in failed.values() if each.due_at <= job.now()]
    if not due:
        return
    found = ask(job, due)
    page = message_pages.read(job, found.present)
    again = {each.graph_id: each for each in _failed(job)}
    # Those that were not refused again are here now, deleted, or with no candidate any more.
    told = {*due} - {*found.without(due)}
    done = [each for each in told if again.get(each) == failed[each]]
    with job.write() as now:
        message_pages.save(job.rows, job.mailbox, page, now=now)
        save(job, found, now=now)
        message_store.forget_text_failures(job.rows, job.mailbox.id, done)
        refused = dict.fromkeys(found.without(due), 1)
        message_store.save_text_failures(job.rows, job.mailbox.id, refused, now=now)


def _failed(job: SyncJob) -> list[TextFailure]:
    return message_store.text_failures(job.rows, job.mailbox.id, most=TRIES_BEFORE_GIVING_UP)


def next_retry(job: SyncJob) -> datetime | None:
    return min((each.due_at for each in _failed(job)), default=None)
