"""What changes in a mailbox while it is read, and mailboxes that are large."""

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
# Folded, as Exchange hands on long headers.
LINES = "X-Trace: " + "\r\n ".join(["x" * 900] * 11_000) + "\r\n"
MANY = "Cc: " + ",\r\n ".join(f"<p{number}@far.example>" for number in range(20_000)) + "\r\n"


def _meanwhile(run: FaultRun, strike: Callable[[], None], *, page: int = 4) -> None:
    """Struck in a thread, from when the first messages were looked at."""
    with programs.worker(run, page=page):
        run.until_read(8, "a sync was under way")
        thread = threading.Thread(target=strike)
        thread.start()
        thread.join()
        run.settle()


def message_gone(*, messages: int = 200) -> Outcome:
    """Deleted for good between the list and the fetch, one after the other."""
    with fault_run.one_mailbox(messages=0) as run:
        ids = run.deliver(messages)

        def strike() -> None:
            for identity in ids[messages // 4 :: 2]:
                run.sandbox.control("DELETE", f"{BOX}/messages/{identity}")
                run.struck += 1

        _meanwhile(run, strike)
        # Between the list and the fetch for certain: the fetch alone says that it is gone.
        run.fault(r"/me/messages/.*body", status=404, times=1)
        lost = run.delivered
        run.deliver(1)
        with programs.worker(run):
            run.settle()
        run.mend()
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
    """Renamed, moved below another and deleted while it is walked."""
    with fault_run.one_mailbox(messages=messages // 2) as run:
        for name in ("Projects", "Clients", "Old"):
            run.sandbox.control("POST", f"{BOX}/folders", {"displayName": name})
            run.deliver(messages, folder=name)

        def strike() -> None:
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

        _meanwhile(run, strike)
        run.deliver(3, folder="Plans")
        run.deliver(3, folder="Clients")
        run.recover()
        return outcome_of(run)


def large_mailbox(*, messages: int = 100_000) -> Outcome:
    """Many messages of which few are kept, with ten megabytes of headers among them."""
    with fault_run.one_mailbox(messages=0) as run:
        for _ in range(KEPT):
            run.deliver(1)
            _bulk(run, messages // KEPT - 2)
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


def _bulk(run: FaultRun, count: int) -> None:
    """A stranger's messages, parsed once, as parsing each would take minutes."""
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
    """Messages that are moved from folder to folder while both are walked."""
    with fault_run.one_mailbox(messages=0) as run:
        ids = run.deliver(moves * 2)

        def strike() -> None:
            for identity in ids[:moves]:
                _move(run, identity)
                time.sleep(0.02)

        _meanwhile(run, strike)
        run.recover()
        return outcome_of(run)


def _move(run: FaultRun, identity: str) -> None:
    """As Exchange tells of it: gone here, created there."""
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
