"""Clocks that are off, Microsoft's and ours, and an hour in which every twentieth call fails."""

import itertools
import threading
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson

from faults.harness import fault_run, invariants, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome
from faults.microsoft import tokens
from portal.entra.errors import IdentityRefused

HOUR = 3600
PACE = 60
EVERY = 20
# Status and Retry-After in seconds of answers when Microsoft is busy or broken.
REFUSALS = ((429, 5), (503, 20), (429, None), (500, None), (504, None), (429, 60), (502, None))


def their_clock_off(*, messages: int = 20) -> Outcome:
    """Microsoft's clock is an hour ahead of ours, then an hour behind."""
    with fault_run.one_mailbox(messages=messages) as run:
        for offset in (HOUR, -HOUR, 0):
            run.set_tenant(clockOffset=offset)
            run.struck += 1
            run.recover()
            tokens.expire(run)
            run.recover()
        return outcome_of(run)


def our_clock_off(*, messages: int = 20) -> Outcome:
    """A worker whose clock is off reads the same messages, and so does the next correct one."""
    with fault_run.one_mailbox(messages=messages) as run:
        for offset in (HOUR, -HOUR, 0):
            with programs.clock_worker(run, offset=offset):
                run.struck += 1
                _read_all(run, offset, "with a clock that is off")
                tokens.expire(run)
                run.deliver(3)
                _read_all(run, offset, "and again after a renewal")
            if run.value("select count(*) from connections where state <> 'working'"):
                run.wrong.append(f"a clock that is off by {offset} s cost the connection")
        _require_right_time(run)
        run.recover()
        return outcome_of(run, checked=f"a sign-in is refused in words; {fault_run.CHECKED}")


def _read_all(run: FaultRun, offset: int, when: str) -> None:
    """Make everything due by that clock and wait until all messages are read."""
    run.make_due(is_dead=True, offset=offset)
    run.until(lambda: not invariants.rows(run), f"all mail was read {when}", seconds=30)


def _require_right_time(run: FaultRun) -> None:
    """An id_token is valid for minutes: two hours off, it must be refused."""
    for offset in (2 * HOUR, -2 * HOUR):
        run.set_tenant(clockOffset=offset)
        try:
            upn = f"late{offset}@northwind.example"
            run.environment.connect(run.environment.add_member("Late", upn, [upn]), upn)
            run.wrong.append(f"an identity of {offset} s from now was believed")
        except IdentityRefused as refusal:
            run.struck += bool(str(refusal))
    run.set_tenant(clockOffset=0)


class OneInTwenty:
    """WSGI middleware before the practice tenant: counts answers and refuses every twentieth."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner
        self.answers = self.refused = 0
        self.is_on = True
        self._refusals = itertools.cycle(REFUSALS)
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        refusal = self._turn(environ["PATH_INFO"])
        if refusal is None:
            return self.inner(environ, start)
        status, wait = refusal
        body = orjson.dumps({"error": {"code": "refused", "message": "One in twenty."}})
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        headers += [("Retry-After", str(wait))] if wait else []
        start(f"{status} Refused", headers)
        return [body]

    def _turn(self, path: str) -> tuple[int, int | None] | None:
        with self._lock:
            if not self.is_on or not (path.startswith("/v1.0/") or path.endswith("/token")):
                return None
            self.answers += 1
            if self.answers % EVERY:
                return None
            self.refused += 1
            return next(self._refusals)


def hour_of_refusals(*, minutes: int = 60, messages: int = 300) -> Outcome:
    """Refuse every twentieth answer, batch parts too, with both clocks at sixty times speed."""
    with fault_run.one_mailbox(messages=messages) as run:
        app = run.sandbox.app
        door = OneInTwenty(app.wsgi_app)
        app.wsgi_app = door  # type: ignore[assignment]  # as Flask documents it
        with programs.clock_worker(run, pace=PACE):
            _let_minutes_pass(run, minutes)
            door.is_on = False
            run.make_due()
            run.until(lambda: not invariants.rows(run), "all mail was read", seconds=90)
        run.struck = door.refused
        if door.refused != door.answers // EVERY or door.refused < minutes // 3:
            run.wrong.append(f"only {door.refused} of {door.answers} answers were refused")
        if run.value("select count(*) from connections where state <> 'working'"):
            run.wrong.append("refusals that pass cost the connection")
        run.recover()
        return outcome_of(
            run,
            checked=f"{door.refused} of {door.answers} answers in {minutes} minutes of its clock;"
            f" {fault_run.CHECKED}",
            inputs=door.refused,
        )


def _let_minutes_pass(run: FaultRun, minutes: int) -> None:
    """Deliver two messages in each minute of the fast clock, and advance Microsoft's clock."""
    began, state = time.monotonic(), run.sandbox.state
    for minute in range(1, minutes + 1):
        time.sleep(max(0.0, began + minute * 60 / PACE - time.monotonic()))
        state.set_setting("clockOffset", minute * 60 * (PACE - 1) / PACE)
        run.deliver(1)


FAULTS: Faults = {
    "their-clock-off": their_clock_off,
    "our-clock-off": our_clock_off,
    "hour-of-refusals": hour_of_refusals,
}
