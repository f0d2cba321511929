"""Mailboxes that change while they are synced, and a large one."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.messages import MEMBER, ROSA, raw_message
from faults.harness.outcome import Faults, Outcome
from sandbox.mail import delivery, folders, store

BOX = f"mailboxes/{MEMBER}"
MEGABYTE = 1024 * 1024
BULK = "offers@shop.example"
KEPT = 100
MOST_MEMORY = 200 * MEGABYTE
# Folded, as Exchange passes on long headers.
LINES = "X-Trace: " + "\r\n ".join(["x" * 900] * 11_000) + "\r\n"
MANY = "Cc: " + ",\r\n ".join(f"<p{number}@far.example>" for number in range(20_000)) + "\r\n"


def _change_during_sync(run: FaultRun, change: Callable[[], None], *, page: int = 4) -> None:
    """Start `change` in a thread once a worker has read the first messages, then settle."""
    with programs.worker(run, page=page):
        run.until_read(8, "a sync was under way")
        thread = threading.Thread(target=change)
        thread.start()
        thread.join()
        run.settle()


def message_gone(*, messages: int = 200) -> Outcome:
    """Messages deleted for good between the listing and the fetch."""
    with fault_run.one_mailbox(messages=0) as run:
        ids = run.deliver(messages)

        def change() -> None:
            for identity in ids[messages // 4 :: 2]:
                run.sandbox.control("DELETE", f"{BOX}/messages/{identity}")
                run.struck += 1

        _change_during_sync(run, change)
        # Only the fetch reports 404, so that this one is certainly gone between listing and fetch.
        run.inject(r"/me/messages/.*body", status=404, times=1)
        lost = run.delivered
        run.deliver(1)
        with programs.worker(run):
            run.settle()
        run.clear_faults()
        gone = f"<{lost}-{ROSA}>"
        if gone in run.environment.feeds().get(run.candidate, []):
            run.wrong.append("a message without a text was kept")
        _remove(run, gone)
        run.recover()
        return outcome_of(run)


def _remove(run: FaultRun, message_id: str) -> None:
    row = run.sandbox.state.row(
        "select immutable_id from messages where instr(item, ?) > 0", (message_id,)
    )
    if row:
        run.sandbox.control("DELETE", f"{BOX}/messages/{row['immutable_id']}")


def folder_changed(*, messages: int = 80) -> Outcome:
    """Folders renamed, moved and deleted during a sync."""
    with fault_run.one_mailbox(messages=messages // 2) as run:
        for name in ("Projects", "Clients", "Old"):
            run.sandbox.control("POST", f"{BOX}/folders", {"displayName": name})
            run.deliver(messages, folder=name)

        def change() -> None:
            for name, change in (
                ("Projects", {"displayName": "Plans"}),
                ("Clients", {"parent": "Plans"}),
                ("Old", {"deleted": True}),
                ("Plans", {"parent": "Archive"}),
                ("Clients", {"parent": "Deleted Items"}),
                ("Clients", {"parent": "Inbox"}),
            ):
                run.sandbox.control("PATCH", f"{BOX}/folders/{name}", change)
                run.struck += 1
                time.sleep(0.3)

        _change_during_sync(run, change)
        run.deliver(3, folder="Plans")
        run.deliver(3, folder="Clients")
        run.recover()
        return outcome_of(run)


def large_mailbox(*, messages: int = 100_000) -> Outcome:
    """Many messages, few with candidates, and two with megabytes of headers."""
    with fault_run.one_mailbox(messages=0) as run:
        for _ in range(KEPT):
            run.deliver(1)
            _add_bulk(run, messages // KEPT - 2)
        for headers in (LINES, MANY):
            run.deliver(1, headers=headers)
            run.struck += 1
        with programs.worker(run, page=500) as running:
            run.settle(seconds=400)
            peak = programs.peak_memory(running)
        if not 0 < peak < MOST_MEMORY:
            run.wrong.append(f"the worker took {peak // MEGABYTE} MB")
        looked = run.messages_read
        if looked < messages:
            run.wrong.append(f"only {looked} messages were looked at")
        run.recover()
        return outcome_of(
            run,
            checked=f"{looked} messages, {len(LINES) // MEGABYTE} MB of headers, worker's peak"
            f" {peak // MEGABYTE} MB of at most {MOST_MEMORY // MEGABYTE}; {fault_run.CHECKED}",
            inputs=2,
        )


def _add_bulk(run: FaultRun, count: int) -> None:
    """Add a stranger's messages from one parsed copy, since parsing each takes minutes."""
    state, oid = run.sandbox.state, run.sandbox.oid(MEMBER)
    inbox = folders.by_id(state, oid, "inbox")
    if inbox is None:
        raise LookupError("inbox")
    content = delivery.content_of(state, oid, raw_message(0, sender=BULK), None)
    with state.write():
        for number in range(count):
            item = {**content.item, "internetMessageId": f"<{run.delivered}-{number}-{BULK}>"}
            store.save_message(state, inbox, replace(content, item=item))


def moved_between(*, moves: int = 60) -> Outcome:
    """Messages moved between folders while both are synced."""
    with fault_run.one_mailbox(messages=0) as run:
        ids = run.deliver(moves * 2)

        def change() -> None:
            for identity in ids[:moves]:
                _move(run, identity)
                time.sleep(0.02)

        _change_during_sync(run, change)
        run.recover()
        return outcome_of(run)


def _move(run: FaultRun, identity: str) -> None:
    """Move a message as Exchange reports it: deleted in one folder, created in the other."""
    state = run.sandbox.state
    row = state.row("select * from messages where immutable_id = ?", (identity,))
    target = state.row(
        "select id from folders where well_known = 'archive' and oid = ?",
        (run.sandbox.oid(MEMBER),),
    )
    if row is None or target is None:
        raise LookupError(identity)
    place = {"folder_id": target["id"], "volatile_id": store.volatile_id(identity, target["id"])}
    with state.write():
        store.note_change(state, row["folder_id"], identity, "deleted")
        store.change_message(state, row, **place)
        store.note_change(state, target["id"], identity, "created")
    run.struck += 1


FAULTS: Faults = {
    "message-gone": message_gone,
    "folder-changed": folder_changed,
    "message-moved": moved_between,
    "large-mailbox": large_mailbox,
}
