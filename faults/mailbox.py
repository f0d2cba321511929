"""What changes in a mailbox while it is read, and mailboxes that are large."""

import threading
import time
from collections.abc import Callable

from faults import office, programs
from faults.letters import MEMBER, ROSA, letter
from faults.office import Scene
from faults.outcome import Outcome
from sandbox.mail import delivery, store

BOX = f"mailboxes/{MEMBER}"
MEGABYTE = 1024 * 1024
BULK = "offers@shop.example"
KEPT = 100
MOST_MEMORY = 200 * MEGABYTE
# Folded, as Exchange hands on long headers.
LINES = "X-Trace: " + "\r\n ".join(["x" * 900] * 11_000) + "\r\n"
MANY = "Cc: " + ",\r\n ".join(f"<p{number}@far.example>" for number in range(20_000)) + "\r\n"


def _meanwhile(scene: Scene, strike: Callable[[], None], *, page: int = 4) -> None:
    """Struck in a thread, from when the first messages were looked at."""
    with programs.worker(scene, page=page):
        scene.until(lambda: scene.value(office.LOOKED) > 8, "a sync was under way")
        thread = threading.Thread(target=strike)
        thread.start()
        thread.join()
        scene.settle()


def message_gone(*, letters: int = 200) -> Outcome:
    """Deleted for good between the list and the fetch, one after the other."""
    with office.scene(letters=0) as scene:
        ids = scene.deliver(letters)

        def strike() -> None:
            for identity in ids[letters // 4 :: 2]:
                scene.place.sandbox.control("DELETE", f"{BOX}/messages/{identity}")
                scene.struck += 1

        _meanwhile(scene, strike)
        # Between the list and the fetch for certain: the fetch alone says that it is gone.
        scene.fault(r"/me/messages/.*body", status=404, times=1)
        lost = scene.delivered
        scene.deliver(1)
        with programs.worker(scene):
            scene.settle()
        scene.mend()
        gone = f"<{lost}-{ROSA}>"
        if gone in scene.place.feeds().get(scene.candidate, []):
            scene.wrong.append("a message without a text was kept")
        _remove(scene, gone)
        scene.recover()
        return scene.outcome()


def _remove(scene: Scene, message_id: str) -> None:
    row = scene.place.sandbox.state.row(
        "select immutable_id from messages where instr(item, ?) > 0", (message_id,)
    )
    if row:
        scene.place.sandbox.control("DELETE", f"{BOX}/messages/{row['immutable_id']}")


def folder_changed(*, letters: int = 80) -> Outcome:
    """Renamed, moved below another and deleted while it is walked."""
    with office.scene(letters=letters // 2) as scene:
        for name in ("Projects", "Clients", "Old"):
            scene.place.sandbox.control("POST", f"{BOX}/folders", {"displayName": name})
            scene.deliver(letters, folder=name)

        def strike() -> None:
            for name, change in (
                ("Projects", {"displayName": "Plans"}),
                ("Clients", {"parent": "Plans"}),
                ("Old", {"deleted": True}),
                ("Plans", {"parent": "Archive"}),
                ("Clients", {"parent": "Deleted Items"}),
                ("Clients", {"parent": "Inbox"}),
            ):
                scene.place.sandbox.control("PATCH", f"{BOX}/folders/{name}", change)
                scene.struck += 1
                time.sleep(0.3)

        _meanwhile(scene, strike)
        scene.deliver(3, folder="Plans")
        scene.deliver(3, folder="Clients")
        scene.recover()
        return scene.outcome()


def large_mailbox(*, messages: int = 100_000) -> Outcome:
    """Many messages of which few are kept, with ten megabytes of headers among them."""
    with office.scene(letters=0) as scene:
        for _ in range(KEPT):
            scene.deliver(1)
            _bulk(scene, messages // KEPT - 2)
        for headers in (LINES, MANY):
            scene.deliver(1, headers=headers)
            scene.struck += 1
        with programs.worker(scene, page=500) as running:
            scene.settle(seconds=400)
            peak = programs.peak_memory(running)
        if not 0 < peak < MOST_MEMORY:
            scene.wrong.append(f"the worker took {peak // MEGABYTE} MB")
        looked = scene.value(office.LOOKED)
        if looked < messages:
            scene.wrong.append(f"only {looked} messages were looked at")
        scene.recover()
        return scene.outcome(
            checked=f"{looked} messages, {len(LINES) // MEGABYTE} MB of headers, worker's peak"
            f" {peak // MEGABYTE} MB of at most {MOST_MEMORY // MEGABYTE}; {office.CHECKED}",
            inputs=2,
        )


def _bulk(scene: Scene, count: int) -> None:
    """A stranger's messages, parsed once, as parsing each would take minutes."""
    state, oid = scene.place.sandbox.state, scene.place.sandbox.oid(MEMBER)
    inbox = state.row("select id from folders where oid = ? and well_known = 'inbox'", (oid,))
    if inbox is None:
        raise LookupError("inbox")
    kept = delivery.columns_of(state, oid, letter(0, sender=BULK), None)
    with state.write():
        for number in range(count):
            item = {**kept.item, "internetMessageId": f"<{scene.delivered}-{number}-{BULK}>"}
            store.save_message(
                state, oid=oid, folder_id=inbox["id"], **{**vars(kept), "item": item}
            )


def moved_between(*, moves: int = 60) -> Outcome:
    """Messages that are moved from folder to folder while both are walked."""
    with office.scene(letters=0) as scene:
        ids = scene.deliver(moves * 2)

        def strike() -> None:
            for identity in ids[:moves]:
                _move(scene, identity)
                time.sleep(0.02)

        _meanwhile(scene, strike)
        scene.recover()
        return scene.outcome()


def _move(scene: Scene, identity: str) -> None:
    """As Exchange tells of it: gone here, created there."""
    state = scene.place.sandbox.state
    row = state.row("select * from messages where immutable_id = ?", (identity,))
    target = state.row(
        "select id from folders where well_known = 'archive' and oid = ?",
        (scene.place.sandbox.oid(MEMBER),),
    )
    if row is None or target is None:
        raise LookupError(identity)
    place = {"folder_id": target["id"], "volatile_id": store.volatile_id(identity, target["id"])}
    with state.write():
        store.note_change(state, row["folder_id"], identity, "deleted")
        store.change_message(state, row, **place)
        store.note_change(state, target["id"], identity, "created")
    scene.struck += 1


FAULTS = {
    "message-gone": message_gone,
    "folder-changed": folder_changed,
    "message-moved": moved_between,
    "large-mailbox": large_mailbox,
}
