"""The organization's consent goes, comes back, cannot be used, or is fought over by two people."""

import random
import threading
import time
from collections.abc import Callable

from faults import office, programs
from faults.office import ACTOR
from faults.organization import CHECKED, Organization, organization
from faults.outcome import Outcome
from faults.wiped import left_open
from portal.clock import utc_now
from portal.errors import PortalError
from portal.integrations import platforms
from portal.microsoft365 import consent, consenting
from portal.storage.platforms import Platform, enabled
from tests.support.sandbox_server import CLIENT_ID

WITHDRAWN = "select count(*) from consents where state = 'withdrawn' and failure > ''"
TOLD = "select count(*) from consents where state = 'working' and failure > ''"
KEPT = "select count(*) from messages"
SECRET = f"applications/{CLIENT_ID}/secrets/aaaaaaaa-0000-4000-8000-000000000001"


def withdrawn(*, rounds: int = 3, letters: int = 120) -> Outcome:
    """In the midst of syncs: work stops, nothing is deleted, and it starts again by itself."""
    with organization(letters=letters) as scene:
        with programs.worker(scene):
            for _ in range(rounds):
                before = scene.value(office.LOOKED)
                scene.until(lambda b=before: scene.value(office.LOOKED) > b + 8, "syncs were on")
                _withdraw(scene)
                scene.give("Mail.Read")
                consent.ask_again(scene.place.services.db, now=utc_now())
                scene.deliver(20)
            scene.until(scene.place.is_idle, "work had started again by itself", seconds=120)
        scene.recover()
        return scene.outcome(checked=f"stopped, nothing deleted, back by itself; {CHECKED}")


def _withdraw(scene: Organization) -> None:
    scene.withdraw()
    scene.struck += 1
    consent.ask_again(scene.place.services.db, now=utc_now())
    scene.until(lambda: scene.value(WITHDRAWN) == 1, "the loss was told")
    time.sleep(1)
    looked, kept = scene.value(office.LOOKED), scene.value(KEPT)
    time.sleep(2)
    if scene.value(office.LOOKED) != looked:
        scene.wrong.append("mail was read without consent")
    if scene.value(KEPT) < kept or scene.value("select count(*) from mailboxes") != 4:
        scene.wrong.append("something was deleted because the consent went")


def unusable(*, letters: int = 40) -> Outcome:
    """Expired secrets and a sign-in that is away say nothing about the consent itself."""
    with organization(letters=letters) as scene:
        for break_it, mend in _breaks(scene):
            break_it()
            scene.struck += 1
            scene.deliver(4)
            scene.hurry()
            with programs.worker(scene):  # without a token in its memory
                scene.until(lambda: scene.value(TOLD) == 1, "the failure was told")
                time.sleep(1)
            if scene.value("select count(*) from consents where state <> 'working'"):
                scene.wrong.append("a token that could not be had cost the consent")
            mend()
            scene.recover()
        return scene.outcome(checked=f"told, not lost; {CHECKED}")


def _breaks(scene: Organization) -> list[tuple[Callable[[], object], Callable[[], object]]]:
    control = scene.place.sandbox.control
    found: list[tuple[Callable[[], object], Callable[[], object]]] = [
        (
            lambda: control("PATCH", SECRET, {"expiresIn": -60}),
            lambda: control("PATCH", SECRET, {"expiresIn": 86400}),
        )
    ]
    for plan in ({"status": 503}, {"reset": True}, {"truncate": True}):
        found.append(
            (lambda plan=plan: scene.fault("oauth2/v2.0/token", **plan), scene.mend)  # type: ignore[misc]  # bound plan
        )
    return found


def disabled_midway(*, letters: int = 160) -> Outcome:
    """Disable: no row and no token stays, workers end; enabled again, everything comes."""
    with organization(letters=letters) as scene:
        db = scene.place.services.db
        scene.place.connect(scene.user_id, scene.members[0])
        sealed = [bytes(x) if isinstance(x, bytes) else str(x).encode() for x in _sealed(scene)]
        with programs.worker(scene):
            scene.until(lambda: scene.value(office.LOOKED) > 16, "syncs were on")
            platforms.disable_microsoft_365(db, actor=ACTOR, now=utc_now())
            scene.struck += 1
            time.sleep(1)
            looked = scene.value(office.LOOKED)
            time.sleep(3)
            if scene.value(office.LOOKED) != looked:
                scene.wrong.append("mail was read while Microsoft 365 was disabled")
        scene.wrong += left_open(scene, sealed)
        platforms.enable(db, Platform.MICROSOFT_365, actor=ACTOR, now=utc_now())
        scene.record()
        scene.recover()
        return scene.outcome(checked=f"no row, no token in rows or log of rows, then: {CHECKED}")


def _sealed(scene: Organization) -> list[object]:
    rows = scene.place.services.db.query("select access_token, refresh_token from connections")
    return [value for row in rows for value in row.values() if value]


def admins_at_once(*, admins: int = 6, presses: int = 40, letters: int = 20) -> Outcome:
    """All buttons at once: each is done, or refused in a sentence; never half of one."""
    with organization(letters=letters) as scene:
        started = [
            threading.Thread(target=_press, args=(scene, seed, presses)) for seed in range(admins)
        ]
        for each in started:
            each.start()
        for each in started:
            each.join()
        db = scene.place.services.db
        scene.wrong += left_open(scene, []) if enabled(db) is not Platform.MICROSOFT_365 else []
        platforms.disable_microsoft_365(db, actor=ACTOR, now=utc_now())
        scene.wrong += left_open(scene, [])
        if enabled(db) is Platform.GOOGLE_WORKSPACE:
            db.execute("update platforms set is_enabled = 0")
        platforms.enable(db, Platform.MICROSOFT_365, actor=ACTOR, now=utc_now())
        scene.record()
        scene.recover()
        return scene.outcome(checked=f"one platform at most, no consent without it; {CHECKED}")


def _press(scene: Organization, seed: int, presses: int) -> None:
    services, dice = scene.place.services, random.Random(seed)  # noqa: S311  # the same each time
    db = services.database()
    buttons: list[Callable[[], object]] = [
        lambda: platforms.enable(db, Platform.MICROSOFT_365, actor=ACTOR, now=utc_now()),
        lambda: platforms.enable(db, Platform.GOOGLE_WORKSPACE, actor=ACTOR, now=utc_now()),
        lambda: consenting.look_again(db, services.microsoft365),
        lambda: platforms.disable_microsoft_365(db, actor=ACTOR, now=utc_now()),
        scene.record,
        scene.record,
    ]
    for _ in range(presses):
        try:
            dice.choice(buttons)()
        except PortalError as refusal:
            if not str(refusal):
                scene.wrong.append("refused without a word")
        except Exception as error:
            scene.wrong.append(f"a button failed: {type(error).__name__} {error}")
        scene.struck += 1


FAULTS = {
    "consent-withdrawn": withdrawn,
    "consent-unusable": unusable,
    "disabled-midway": disabled_midway,
    "admins-at-once": admins_at_once,
}
