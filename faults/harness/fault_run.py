"""One run of a fault: a mailbox, a candidate and their messages, and what went wrong."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from faults.harness.messages import MEMBER, NEWS, ROSA, raw_message
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.clock import utc_now
from portal.errors import NotFound
from portal.services import Services
from portal.worker import retry
from portal.worker.due import KINDS
from sandbox.mail import delivery
from tests.corpus.environment import Environment, open_environment, running_worker, wait_until_idle
from tests.support.sandbox_server import Sandbox

ACTOR = Actor.system("faults")
CHECKED = "each once, cursor behind rows, token kept, log clean"
MESSAGES_READ = "select coalesce(sum(read_count), 0) from mailboxes"


@dataclass
class FaultRun:
    """A connected mailbox that is not synced yet; `others` maps more candidates to addresses."""

    environment: Environment
    folder: Path
    user_id: str
    candidate: str
    struck: int = 0
    delivered: int = 0
    wrong: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)
    members: tuple[str, ...] = (MEMBER,)

    @property
    def services(self) -> Services:
        return self.environment.services

    @property
    def sandbox(self) -> Sandbox:
        return self.environment.sandbox

    @property
    def messages_read(self) -> int:
        return self.value(MESSAGES_READ)

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"

    def deliver(self, count: int, *, folder: str = "Inbox", **how: str) -> list[str]:
        """Deliver this many messages from the candidate, and as many from a stranger."""
        state, made = self.sandbox.state, []
        for number in range(self.delivered, self.delivered + count):
            made.append(delivery.deliver(state, MEMBER, raw_message(number, **how), folder=folder))
            noise = raw_message(number, sender=NEWS)
            delivery.deliver(state, MEMBER, noise, folder=folder)
        self.delivered += count
        return made

    def inject(self, path: str, **plan: object) -> None:
        self.sandbox.control("POST", "faults", {"path": path, **plan})

    def clear_faults(self) -> None:
        self.sandbox.control("DELETE", "faults")

    def set_tenant(self, **switches: object) -> None:
        self.sandbox.control("PATCH", "tenant", switches)

    def value(self, sql: str) -> int:
        return self.services.rows.value(int, sql) or 0

    def change(self, sql: str, args: Sequence[object] = ()) -> None:
        """Run one changing statement in its own transaction."""
        with self.services.rows.write():
            self.services.rows.execute(sql, args)

    def make_due(self, *, is_dead: bool = False, offset: int = 0) -> None:
        """Make all work due; `is_dead` first ends the claims of a killed worker."""
        rows, now = self.services.rows, utc_now() + timedelta(seconds=offset)
        if is_dead:
            self.end_claims()
        for table, which in (("mailboxes", "1"), ("searches", "finished_at is null")):
            for row_id in rows.all(str, f"select id from {table} where {which}"):
                with suppress(NotFound):  # finished since the query
                    retry.try_again(
                        Act(rows, ACTOR, now),
                        table,
                        row_id,
                    )

    def end_claims(self) -> None:
        """Let every claim end, as those of a killed worker do."""
        for kind in KINDS:
            table = kind.claims.fence.table
            self.change(f"update {table} set claimed_until = '2026-01-01T00:00:00Z'")

    def settle(self, *, seconds: float = 120) -> None:
        """Retry until a running worker has nothing left to do."""
        deadline = time.monotonic() + seconds
        while True:
            self.make_due()
            try:
                return wait_until_idle(self.environment, seconds=4)
            except TimeoutError:
                if time.monotonic() > deadline:
                    self.wrong.append(f"not idle after {seconds:.0f} seconds: {self.failure()}")
                    return None

    def settle_with(self, work: Callable[[], object]) -> None:
        """Like settle(), but `work` does what is due, without a worker; ends old claims first."""
        for _ in range(6):
            self.make_due(is_dead=True)
            work()
            if self.environment.is_idle():
                return
        self.wrong.append(f"not idle after a kill: {self.failure()}")

    def failure(self) -> str:
        found = self.services.rows.one(tuple, "select failure from mailboxes")
        return str(found[0]) if found else "no mailbox"

    def until(self, holds: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                self.wrong.append(f"after {seconds:.0f} seconds it was not so that {what}")
                return
            time.sleep(0.05)

    def until_read(self, more_than: int, what: str) -> None:
        self.until(lambda: self.messages_read > more_than, what)

    def recover(self) -> None:
        """Let a healthy worker finish, then deliver one more message that it must find too."""
        with running_worker(self.environment, log=self.log):
            self.settle()
            self.deliver(1)
            self.settle()

    def recover_with(self, work: Callable[[], object]) -> None:
        """Like recover(), but `work` does what is due, without a worker."""
        self.settle_with(work)
        self.deliver(1)
        self.settle_with(work)


@contextmanager
def one_mailbox(*, messages: int, folder: Path | None = None) -> Iterator[FaultRun]:
    """Open a run with one connected member; `folder` may place the database elsewhere."""
    with (
        tempfile.TemporaryDirectory() as name,
        open_environment(folder or Path(name) / "i") as environment,
    ):
        user_id = environment.add_member("Nora", MEMBER, [MEMBER])
        made = FaultRun(
            environment, Path(name), user_id, environment.add_candidate("Rosa Ortega", [ROSA])
        )
        made.deliver(messages)
        environment.connect(user_id, MEMBER)
        yield made
