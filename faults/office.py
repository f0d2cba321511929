"""One person, one candidate and their mail, with the invariants that hold after every fault."""

import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from faults.outcome import Outcome
from portal.audit.models import Actor
from portal.clock import utc_now
from portal.errors import NotFound
from portal.microsoft365.errors import NeedsReconnect
from portal.microsoft365.permissions import Feature
from portal.storage.database import write
from portal.worker import trying
from sandbox.mail import delivery
from tests.corpus import office
from tests.corpus.office import Office
from tests.sandbox_server import CLIENT_SECRET

MEMBER = "nora@northwind.example"
ROSA = "rosa.ortega@mail.example"
ACTOR = Actor.system("faults")
CHECKED = "each once, cursor behind rows, token kept, log clean"
LOOKED = "select coalesce(sum(looked_count), 0) from mailboxes"
BODY = "between-rosa-and-nora-alone"


def letter(number: int, *, sender: str = ROSA, headers: str = "", text: str = "") -> bytes:
    return (
        f"From: <{sender}>\r\nTo: <{MEMBER}>\r\nSubject: Letter {number}\r\n{headers}"
        f"Message-ID: <{number}-{sender}>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\n"
        f"{BODY} {number}\r\n{text}"
    ).encode()


@dataclass
class Scene:
    """A connected mailbox of which nothing is read yet."""

    place: Office
    folder: Path
    user_id: str
    candidate: str
    struck: int = 0
    delivered: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"

    def deliver(self, count: int, *, folder: str = "Inbox", **how: str) -> list[str]:
        """Letters of the candidate, and as many of a stranger's."""
        state, made = self.place.sandbox.state, []
        for number in range(self.delivered, self.delivered + count):
            made.append(delivery.deliver(state, MEMBER, letter(number, **how), folder=folder))
            noise = letter(number, sender="news@shop.example")
            delivery.deliver(state, MEMBER, noise, folder=folder)
        self.delivered += count
        return made

    def fault(self, path: str, **plan: object) -> None:
        self.place.sandbox.control("POST", "faults", {"path": path, **plan})

    def mend(self) -> None:
        self.place.sandbox.control("DELETE", "faults")

    def tenant(self, **switches: object) -> None:
        self.place.sandbox.control("PATCH", "tenant", switches)

    def value(self, sql: str) -> int:
        return int(self.place.services.db.execute(sql).fetchone()[0])

    def hurry(self, *, is_dead: bool = False) -> None:
        """ "Try again" for all there is; of a worker that was killed the claims run out."""
        db = self.place.services.db
        for table, which in (("mailboxes", "1"), ("searches", "finished_at is null")):
            if is_dead:
                with write(db):
                    db.execute(f"update {table} set claimed_until = '2026-01-01T00:00:00Z'")
            for row in list(db.query(f"select id from {table} where {which}")):
                with suppress(NotFound):  # finished meanwhile
                    trying.try_again(db, table, row["id"], actor=ACTOR, now=utc_now())

    def settle(self, *, seconds: float = 120) -> None:
        """Tried again each second until nothing is left to do."""
        deadline = time.monotonic() + seconds
        while True:
            self.hurry()
            try:
                return office.wait_until_idle(self.place, seconds=4)
            except TimeoutError:
                if time.monotonic() > deadline:
                    self.wrong.append(f"not idle after {seconds:.0f} seconds: {self.failure()}")
                    return None

    def failure(self) -> str:
        rows = self.place.services.db.execute("select failure from mailboxes").fetchall()
        return str(rows[0][0]) if rows else "no mailbox"

    def until(self, holds: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                self.wrong.append(f"after {seconds:.0f} seconds it was not so that {what}")
                return
            time.sleep(0.05)

    def recover(self) -> None:
        """With a healthy worker; a message that comes afterwards has to be found as well."""
        with office.working(self.place, log=self.log):
            self.settle()
            self.deliver(1)
            self.settle()

    def outcome(self, *, checked: str = CHECKED, inputs: int = 0) -> Outcome:
        """The invariants, against the practice tenant's own record."""
        expected, there = self.expected(), Counter(self.place.feeds().get(self.candidate, []))
        lost, strange = expected - there.keys(), there.keys() - expected - self.gone()
        doubled = sum(count - 1 for count in there.values())
        wrong = [*self.wrong, *_token(self), *secrets_in(self.log, self)]
        for count, what in ((len(lost), "lost"), (doubled, "doubled"), (len(strange), "strange")):
            wrong += [f"{count} {what}"] if count else []
        return Outcome(self.struck, checked, tuple(wrong), inputs, len(lost), doubled)

    def expected(self) -> set[str]:
        rows = self.place.sandbox.state.rows("select item from messages where oid = ?", self._oid)
        items = [orjson.loads(row["item"]) for row in rows]
        return {each["internetMessageId"] for each in items if ROSA in each["internetMessageId"]}

    def gone(self) -> set[str]:
        """Kept once, and out of the mailbox since: may be shown, need not."""
        return {f"<{number}-{ROSA}>" for number in range(self.delivered)} - self.expected()

    @property
    def _oid(self) -> tuple[str]:
        return (self.place.sandbox.oid(MEMBER),)


def _token(scene: Scene) -> list[str]:
    """It still opens the mailbox, or the connection is lapsed and says so."""
    try:
        client = scene.place.services.microsoft365.client_for(Feature.EMAIL_SYNC, scene.user_id)
        client.get("/me")
    except NeedsReconnect as lapsed:
        return [] if str(lapsed) else ["lapsed without a word"]
    except Exception as error:
        return [f"the connection does not work: {type(error).__name__} {error}"]
    return []


def secrets_in(log: Path, scene: Scene) -> list[str]:
    text = log.read_text(errors="replace") if log.exists() else ""
    known = {
        row["token_hash"] for row in scene.place.sandbox.state.rows("select * from refresh_tokens")
    }
    words = (word.strip("\"',;:()[]{}") for word in text.split())
    has_refresh = any(hashlib.sha256(word.encode()).hexdigest() in known for word in words)
    told = [what for what in (CLIENT_SECRET, "eyJ", BODY, "deltatoken=") if what in text]
    return [f"the log tells {what[:6]}…" for what in told] + ["refresh token told"] * has_refresh


@contextmanager
def scene(*, letters: int, folder: Path | None = None) -> Iterator[Scene]:
    """In a folder of its own; `folder` names another one for the rows."""
    with tempfile.TemporaryDirectory() as name, office.office(folder or Path(name) / "i") as place:
        user_id = place.add_member("Nora", MEMBER, [MEMBER])
        made = Scene(place, Path(name), user_id, place.add_candidate("Rosa Ortega", [ROSA]))
        made.deliver(letters)
        place.connect(user_id, MEMBER)
        yield made
