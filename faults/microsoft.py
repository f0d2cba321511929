"""Microsoft fails: refusals, cut answers, tokens that expire, a clock that is off."""

import subprocess
import time

from faults import office, programs
from faults.office import Scene
from faults.outcome import Outcome
from portal.storage.database import write

KINDS: tuple[dict[str, object], ...] = (
    {"status": 429, "retryAfter": 1},
    {"status": 503},
    {"status": 500},
    {"status": 504},
    {"truncate": True},
    {"reset": True},
    {"status": 200, "body": '{"value": [{"id": "A'},
    {"status": 200, "body": "[]"},
    {"status": 429, "retryAfter": 120},
)
MAIL = "messages|batch"
ENDED = "2026-01-01T00:00:00Z"


def refusals(*, rounds: int = 5, letters: int = 400) -> Outcome:
    """One in some twenty calls is refused, cut, or answered with what is no answer."""
    with office.scene(letters=letters) as scene:
        calls = len(scene.place.sandbox.control("GET", "requests")["value"])
        with programs.worker(scene):
            for plan in KINDS * rounds:
                scene.fault(MAIL, times=1, **plan)
                scene.struck += 1
                before = _calls(scene)
                scene.until(lambda before=before: _is_on(scene, before), "twenty calls were made")
            scene.mend()
        scene.recover()
        made = _calls(scene) - calls
        return scene.outcome(checked=f"1 in {made // max(1, scene.struck)}: {office.CHECKED}")


def _calls(scene: Scene) -> int:
    row = scene.place.sandbox.state.row("select count(*) as n from requests")
    return int(row["n"]) if row else 0


def _is_on(scene: Scene, before: int) -> bool:
    """Some twenty calls further, or waiting for something to do."""
    if scene.place.is_idle():
        scene.deliver(5)
    if scene.value("select count(*) from mailboxes where failure is not null or stage='following'"):
        scene.hurry()
    return _calls(scene) >= before + 20


def delta_expired(*, letters: int = 120) -> Outcome:
    """In the middle of the walk and while following, in both of Microsoft's spellings."""
    with office.scene(letters=letters) as scene:
        for code in ("syncStateNotFound", "resyncRequired"):
            with programs.worker(scene):
                scene.until(lambda: scene.value(office.LOOKED) > 10, "a sync was under way")
                scene.tenant(deltaErrorCode=code, deltaLifetime=0)
                scene.hurry()
                scene.struck += 1
                time.sleep(3)
                scene.tenant(deltaLifetime=7 * 24 * 3600)
                scene.settle()
                scene.deliver(5)
        scene.recover()
        return scene.outcome()


def refresh_race(*, processes: int = 8, rounds: int = 3) -> Outcome:
    """All of them need a token at once: Microsoft is asked for one exactly once."""
    with office.scene(letters=3) as scene:
        for _ in range(rounds):
            _expire(scene)
            before = _renewals(scene)
            started = [_renewer(scene) for _ in range(processes)]
            for each in started:
                programs.line_of(each)
            answers = {each.communicate(b"\n", timeout=90)[0] for each in started}
            asked = _renewals(scene) - before
            if asked != 1 or len(answers) != 1:
                scene.wrong.append(f"{asked} refreshes, {len(answers)} different tokens")
            scene.struck += processes
        scene.recover()
        return scene.outcome(checked=f"one refresh a race; {office.CHECKED}")


def refresh_killed(*, kills: int = 8) -> Outcome:
    """kill -9 around a renewal, before or after Microsoft has answered: the next one gets in."""
    with office.scene(letters=3) as scene:
        for number in range(kills):
            _expire(scene)
            killed = _renewer(scene)
            programs.line_of(killed)
            programs.tell(killed)
            time.sleep(number * 0.01)
            killed.kill()
            killed.communicate()
            scene.struck += 1
            with write(scene.place.services.db) as db:
                db.execute("update connections set renewal_claimed_until = ?", [ENDED])
        scene.recover()
        return scene.outcome()


def _renewer(scene: Scene) -> subprocess.Popen[bytes]:
    return programs.talking(scene, "-m", "faults.renewer", scene.user_id)


def _expire(scene: Scene) -> None:
    with write(scene.place.services.db) as db:
        db.execute("update connections set access_expires_at = ?", [ENDED])


def _renewals(scene: Scene) -> int:
    made = scene.place.sandbox.control("GET", "requests")["value"]
    return sum(each["path"].endswith("/oauth2/v2.0/token") for each in made)


def grant_revoked(*, letters: int = 20) -> Outcome:
    """The connection lapses with words; nothing is lost after reconnecting."""
    with office.scene(letters=letters) as scene:
        scene.place.sandbox.control("POST", f"revoke/{office.MEMBER}")
        _expire(scene)
        scene.struck = 1
        with programs.worker(scene):
            lapsed = "select count(*) from connections where state = 'lapsed' and failure > ''"
            scene.until(lambda: scene.value(lapsed) == 1, "the connection lapsed with words")
        scene.place.connect(scene.user_id, office.MEMBER)
        scene.recover()
        return scene.outcome(checked=f"lapsed with words, reconnected; {office.CHECKED}")


def token_endpoint_down(*, letters: int = 20) -> Outcome:
    """For a while: nobody has to reconnect because of it."""
    with office.scene(letters=letters) as scene:
        for plan in ({"status": 503}, {"reset": True}, {"truncate": True}):
            scene.fault("oauth2/v2.0/token", **plan)
            _expire(scene)
            scene.hurry()
            with programs.worker(scene):
                scene.until(lambda: scene.failure() != "None", "the failure was told")
                time.sleep(1)
            scene.struck += 1
            scene.mend()
            if scene.value("select count(*) from connections where state <> 'working'"):
                scene.wrong.append(f"a sign-in that was away ({plan}) cost the connection")
            scene.recover()
        return scene.outcome(checked=f"told, not lapsed; {office.CHECKED}")


def clock_off(*, letters: int = 20) -> Outcome:
    """Microsoft's clock, and so ours, is off by an hour in either direction."""
    with office.scene(letters=letters) as scene:
        for offset in (3600, -3600, 0):
            scene.tenant(clockOffset=offset)
            scene.struck += 1
            scene.recover()
            _expire(scene)
            scene.recover()
        return scene.outcome()


FAULTS = {
    "refusals": refusals,
    "delta-expired": delta_expired,
    "refresh-race": refresh_race,
    "refresh-killed": refresh_killed,
    "grant-revoked": grant_revoked,
    "token-endpoint-down": token_endpoint_down,
    "clock-off": clock_off,
}
