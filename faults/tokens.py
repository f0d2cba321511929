"""Renewals that race, are killed, refused or not answered."""

import subprocess
import time

from faults import office, programs
from faults.letters import MEMBER
from faults.office import Scene
from faults.outcome import Outcome
from portal.storage.database import write

ENDED = "2026-01-01T00:00:00Z"


def refresh_race(*, processes: int = 8, rounds: int = 3) -> Outcome:
    """All of them need a token at once: Microsoft is asked for one exactly once."""
    with office.scene(letters=3) as scene:
        for _ in range(rounds):
            expire(scene)
            before = _renewals(scene)
            started = [_renewer(scene) for _ in range(processes)]
            for each in started:
                programs.line_of(each)
            scene.fault(
                "oauth2/v2.0/token", delayMs=500
            )  # so that all are there before one is done
            for each in started:
                programs.tell(each)
            answers = {each.communicate(timeout=90)[0] for each in started}
            scene.mend()
            asked = _renewals(scene) - before
            if asked != 1 or len(answers) != 1:
                scene.wrong.append(f"{asked} refreshes, {len(answers)} different tokens")
            scene.struck += processes
        scene.recover()
        return scene.outcome(checked=f"one refresh a race; {office.CHECKED}")


def _renewer(scene: Scene) -> subprocess.Popen[bytes]:
    return programs.talking(scene, "-m", "faults.renewer", scene.user_id)


def expire(scene: Scene) -> None:
    with write(scene.place.services.db) as db:
        db.execute("update connections set access_expires_at = ?", [ENDED])


def lapse_claim(scene: Scene) -> None:
    """Of a process that was killed, the claim runs out."""
    with write(scene.place.services.db) as db:
        db.execute("update connections set renewal_claimed_until = ?", [ENDED])


def _renewals(scene: Scene) -> int:
    made = scene.place.sandbox.control("GET", "requests")["value"]
    return sum(each["path"].endswith("/oauth2/v2.0/token") for each in made)


def grant_revoked(*, letters: int = 20) -> Outcome:
    """The connection lapses with words; nothing is lost after reconnecting."""
    with office.scene(letters=letters) as scene:
        scene.place.sandbox.control("POST", f"revoke/{MEMBER}")
        expire(scene)
        scene.struck = 1
        with programs.worker(scene):
            lapsed = "select count(*) from connections where state = 'lapsed' and failure > ''"
            scene.until(lambda: scene.value(lapsed) == 1, "the connection lapsed with words")
        scene.place.connect(scene.user_id, MEMBER)
        scene.recover()
        return scene.outcome(checked=f"lapsed with words, reconnected; {office.CHECKED}")


def token_endpoint_down(*, letters: int = 20) -> Outcome:
    """For a while: nobody has to reconnect because of it."""
    with office.scene(letters=letters) as scene:
        for plan in ({"status": 503}, {"reset": True}, {"truncate": True}):
            scene.fault("oauth2/v2.0/token", **plan)
            expire(scene)
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


FAULTS = {
    "refresh-race": refresh_race,
    "grant-revoked": grant_revoked,
    "token-endpoint-down": token_endpoint_down,
}
