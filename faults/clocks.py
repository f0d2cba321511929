"""Clocks that are off, Microsoft's and ours, and an hour in which one answer in twenty fails."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from faults import invariants, office, programs, tokens
from faults.office import Scene
from faults.outcome import Outcome
from portal.microsoft365.entra_errors import IdentityRefused

HOUR = 3600
PACE = 60
EVERY = 20
# What Microsoft says when it is too busy, or broken; with and without Retry-After in seconds.
REFUSALS = ((429, 5), (503, 20), (429, None), (500, None), (504, None), (429, 60), (502, None))


def their_clock_off(*, letters: int = 20) -> Outcome:
    """Microsoft's clock is off by an hour in either direction, seen from ours."""
    with office.scene(letters=letters) as scene:
        for offset in (HOUR, -HOUR, 0):
            scene.tenant(clockOffset=offset)
            scene.struck += 1
            scene.recover()
            tokens.expire(scene)
            scene.recover()
        return scene.outcome()


def our_clock_off(*, letters: int = 20) -> Outcome:
    """A worker whose clock is off reads the same mail, and so does the next, when it is right."""
    with office.scene(letters=letters) as scene:
        for offset in (HOUR, -HOUR, 0):
            with programs.clocked_worker(scene, offset=offset):
                scene.struck += 1
                _read_all(scene, offset, "with a clock that is off")
                tokens.expire(scene)
                scene.deliver(3)
                _read_all(scene, offset, "and again after a renewal")
            if scene.value("select count(*) from connections where state <> 'working'"):
                scene.wrong.append(f"a clock that is off by {offset} s cost the connection")
        _insist_on_right_time(scene)
        scene.recover()
        return scene.outcome(checked=f"a sign-in is refused in words; {office.CHECKED}")


def _read_all(scene: Scene, offset: int, when: str) -> None:
    """Everything is due by that clock."""
    scene.hurry(is_dead=True, offset=offset)
    scene.until(lambda: not invariants.rows(scene), f"all mail was read {when}", seconds=30)


def _insist_on_right_time(scene: Scene) -> None:
    """Who Microsoft says somebody is counts for minutes: an hour off, it is not believed."""
    for offset in (2 * HOUR, -2 * HOUR):
        scene.tenant(clockOffset=offset)
        try:
            upn = f"late{offset}@northwind.example"
            scene.place.connect(scene.place.add_member("Late", upn, [upn]), upn)
            scene.wrong.append(f"an identity of {offset} s from now was believed")
        except IdentityRefused as refusal:
            scene.struck += bool(str(refusal))
    scene.tenant(clockOffset=0)


class OneInTwenty:
    """In front of the practice tenant: counts every answer, and gives each twentieth itself."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner
        self.answers = self.refused = 0
        self.is_on = True
        self._refusals = itertools.cycle(REFUSALS)
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
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


def hour_of_refusals(*, minutes: int = 60, letters: int = 300) -> Outcome:
    """Parts of a batch are answers too. Both clocks run sixty times as fast as the world's."""
    with office.scene(letters=letters) as scene:
        app = scene.place.sandbox.app
        door = OneInTwenty(app.wsgi_app)
        app.wsgi_app = door  # type: ignore[method-assign]  # as Flask documents it
        with programs.clocked_worker(scene, pace=PACE):
            _pass(scene, minutes)
            door.is_on = False
            scene.hurry()
            scene.until(lambda: not invariants.rows(scene), "all mail was read", seconds=90)
        scene.struck = door.refused
        if door.refused != door.answers // EVERY or door.refused < minutes // 3:
            scene.wrong.append(f"only {door.refused} of {door.answers} answers were refused")
        if scene.value("select count(*) from connections where state <> 'working'"):
            scene.wrong.append("refusals that pass cost the connection")
        scene.recover()
        return scene.outcome(
            checked=f"{door.refused} of {door.answers} answers in {minutes} minutes of its clock;"
            f" {office.CHECKED}",
            inputs=door.refused,
        )


def _pass(scene: Scene, minutes: int) -> None:
    """Each minute of the fast clock two letters arrive, and Microsoft's clock keeps up."""
    began, state = time.monotonic(), scene.place.sandbox.state
    for minute in range(1, minutes + 1):
        time.sleep(max(0.0, began + minute * 60 / PACE - time.monotonic()))
        state.set_setting("clockOffset", minute * 60 * (PACE - 1) / PACE)
        scene.deliver(1)


FAULTS = {
    "their-clock-off": their_clock_off,
    "our-clock-off": our_clock_off,
    "hour-of-refusals": hour_of_refusals,
}
