"""Claim what is due and run it on a few threads; the only place where an error becomes a retry."""

import logging
import os
import platform
import secrets
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import FrameType

from portal import clock, logs
from portal.errors import PortalError
from portal.services import Services
from portal.storage.claims import Claim, ClaimLost
from portal.worker import store
from portal.worker.due import CHORES, KINDS, Kind
from portal.worker.models import Chore
from portal.worker.queue import THREADS, Lane
from portal.worker.retry import setback

LOOK_SECONDS = 0.5
REPORT_SECONDS = 5.0
EXTEND_SECONDS = 20.0

log = logging.getLogger(__name__)


def name_of_this_worker() -> str:
    return f"{platform.node()}-{os.getpid()}-{secrets.token_hex(2)}"


@dataclass
class Worker:
    """One process of any number; they meet in the tables alone."""

    services: Services
    name: str = field(default_factory=name_of_this_worker)
    kinds: Sequence[Kind] = KINDS
    chores: Sequence[Chore] = CHORES
    threads: int = THREADS
    stopping: threading.Event = field(default_factory=threading.Event)
    woken: threading.Event = field(default_factory=threading.Event)
    running: dict[Future[None], tuple[Kind, Lane, Claim]] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Until stop() is called; what runs then ends at its next page."""
        log.info("worker %s starts", self.name)
        with ThreadPoolExecutor(self.threads, thread_name_prefix="work") as pool:
            while not self.stopping.is_set():
                self._safely("the round", lambda: self.look(pool))
                self.woken.wait(LOOK_SECONDS)
                self.woken.clear()
        self._safely("signing off", lambda: store.sign_off(self.services.rows, self.name))
        log.info("worker %s ends", self.name)

    def stop(self) -> None:
        self.stopping.set()
        self.woken.set()

    def look(self, pool: ThreadPoolExecutor) -> None:
        """One round: report, do the chores, claim what is due as long as there are threads."""
        now = clock.utc_now()
        self._at_most_every("report", REPORT_SECONDS, lambda: self._report(now))
        self._at_most_every("extending claims", EXTEND_SECONDS, lambda: self._extend(now))
        for chore in self.chores:
            do = partial(chore.run, self.services, now)
            self._at_most_every(chore.name, chore.seconds, do)
        for kind in self.kinds:
            for lane in kind.lanes:
                self._start(kind, lane, pool, now)

    def _report(self, now: datetime) -> None:
        store.report(self.services.rows, self.name, platform.node(), now=now)

    def _extend(self, now: datetime) -> None:
        for kind, _, claim in self.running.values():
            kind.extend(self.services, claim, now=now)

    def _start(self, kind: Kind, lane: Lane, pool: ThreadPoolExecutor, now: datetime) -> None:
        while self._has_room_for(kind, lane):
            claim = kind.claim(self.services, self.name, now=now, which=lane.which)
            if claim is None:
                return
            started = pool.submit(self._work, kind, lane, claim)
            self.running[started] = kind, lane, claim
            # The next one does not wait for the next round when a thread is free.
            started.add_done_callback(lambda _: self.woken.set())

    def _has_room_for(self, kind: Kind, lane: Lane) -> bool:
        self.running = {done: what for done, what in self.running.items() if not done.done()}
        in_lane = [other for other, its, _ in self.running.values() if its == lane]
        of_kind = sum(1 for other in in_lane if other.name == kind.name)
        return of_kind < lane.at_once and len(self.running) < self.threads

    def _work(self, kind: Kind, lane: Lane, claim: Claim) -> None:
        logs.request_id.set(secrets.token_hex(6))  # what belongs to one piece of work
        ends_at = clock.monotonic() + lane.slice_seconds
        try:
            kind.work(
                self.services,
                claim,
                lambda: self.stopping.is_set() or clock.monotonic() >= ends_at,
            )
        except ClaimLost:
            log.info("%s %s was taken over or called off", kind.name, claim.row_id)
        except Exception as error:
            self._note(kind, claim, error)

    def _note(self, kind: Kind, claim: Claim, error: Exception) -> None:
        back = setback(error)
        # Where and how it happened is of interest only when nobody foresaw it.
        trace = None if isinstance(error, PortalError) else error
        log.warning("%s %s failed: %s", kind.name, claim.row_id, back.sentence, exc_info=trace)
        self._safely(
            "noting a failure",
            lambda: kind.fail(self.services, claim, back, now=clock.utc_now()),
        )

    def _at_most_every(self, what: str, seconds: float, do: Callable[[], None]) -> None:
        if clock.monotonic() >= self.not_before.get(what, 0.0):
            self.not_before[what] = clock.monotonic() + seconds
            self._safely(what, do)

    def _safely(self, what: str, do: Callable[[], None]) -> None:
        """A round that fails, say because the disk is full, must not end the worker."""
        try:
            do()
        except Exception:
            log.exception("%s failed", what)


def run_until_told(services: Services) -> None:
    """The worker of `flask worker`: SIGTERM and Ctrl-C end it gracefully, a second one at once."""
    worker = Worker(services)

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.run()
