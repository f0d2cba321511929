"""The organization's consent: withdrawn, unusable, disabled midway, changed by several admins."""

import random
import subprocess
import threading
import time
from collections.abc import Callable
from functools import partial

from faults.harness import programs
from faults.harness.fault_run import ACTOR
from faults.harness.invariants import outcome_of
from faults.harness.organization import CHECKED, OrganizationRun, organization
from faults.harness.outcome import Faults, Outcome, error_of
from portal.audit.act import Act
from portal.clock import utc_now
from portal.errors import PortalError
from portal.integrations import platforms
from portal.microsoft365 import consent, consent_verification
from portal.storage.platforms import Platform, enabled
from tests.support.sandbox_server import CLIENT_ID

WITHDRAWN = "select count(*) from consents where state = 'withdrawn' and failure > ''"
TOLD = "select count(*) from consents where state = 'working' and failure > ''"
KEPT = "select count(*) from messages"
SECRET = f"applications/{CLIENT_ID}/secrets/aaaaaaaa-0000-4000-8000-000000000001"

# Must be empty once Microsoft 365 is disabled.
TABLES = (
    "connections",
    "consents",
    "consent_roles",
    "subscriptions",
    "feature_uses",
    "organization_feature_uses",
)


def withdrawn(*, rounds: int = 3, messages: int = 120) -> Outcome:
    """Withdrawn during syncs: work stops, nothing is deleted, and it restarts automatically."""
    with organization(messages=messages) as run:
        with programs.worker(run):
            for _ in range(rounds):
                run.until_read(run.messages_read + 8, "syncs were on")
                _withdraw(run)
                run.consent("Mail.Read")
                consent.ask_again(run.services.rows, now=utc_now())
                run.deliver(20)
            run.until(run.environment.is_idle, "work had started again by itself", seconds=120)
        run.recover()
        return outcome_of(run, checked=f"stopped, nothing deleted, back by itself; {CHECKED}")


def _withdraw(run: OrganizationRun) -> None:
    run.withdraw()
    run.struck += 1
    consent.ask_again(run.services.rows, now=utc_now())
    run.until(lambda: run.value(WITHDRAWN) == 1, "the loss was told")
    time.sleep(1)
    looked, kept = run.messages_read, run.value(KEPT)
    time.sleep(2)
    if run.messages_read != looked:
        run.wrong.append("mail was read without consent")
    if run.value(KEPT) < kept or run.value("select count(*) from mailboxes") != 4:
        run.wrong.append("something was deleted because the consent went")


def unusable(*, messages: int = 40) -> Outcome:
    """An expired secret or an unavailable sign-in service does not end the consent."""
    with organization(messages=messages) as run:
        for break_it, mend in _breaks(run):
            break_it()
            run.struck += 1
            run.deliver(4)
            run.make_due()
            with programs.worker(run):  # a new process has no token in memory
                run.until(lambda: run.value(TOLD) == 1, "the failure was told")
                time.sleep(1)
            if run.value("select count(*) from consents where state <> 'working'"):
                run.wrong.append("a token that could not be had cost the consent")
            mend()
            run.recover()
        return outcome_of(run, checked=f"told, not lost; {CHECKED}")


def _breaks(run: OrganizationRun) -> list[tuple[Callable[[], object], Callable[[], object]]]:
    control = run.sandbox.control
    expired = (
        lambda: control("PATCH", SECRET, {"expiresIn": -60}),
        lambda: control("PATCH", SECRET, {"expiresIn": 86400}),
    )
    plans: tuple[dict[str, object], ...] = ({"status": 503}, {"reset": True}, {"truncate": True})
    away = [(partial(run.inject, "oauth2/v2.0/token", **plan), run.clear_faults) for plan in plans]
    return [expired, *away]


def disabled_midway(*, messages: int = 160) -> Outcome:
    """Disabling deletes rows and tokens and stops workers; enabling brings everything back."""
    with organization(messages=messages) as run:
        rows = run.services.rows
        run.environment.connect(run.user_id, run.members[0])
        sealed = [bytes(x) if isinstance(x, bytes) else str(x).encode() for x in _sealed(run)]
        with programs.worker(run):
            run.until_read(16, "syncs were on")
            platforms.disable_microsoft_365(
                Act(rows, ACTOR, utc_now()),
            )
            run.struck += 1
            time.sleep(1)
            looked = run.messages_read
            time.sleep(3)
            if run.messages_read != looked:
                run.wrong.append("mail was read while Microsoft 365 was disabled")
        run.wrong += left_open(run, sealed)
        platforms.enable(
            Act(rows, ACTOR, utc_now()),
            Platform.MICROSOFT_365,
        )
        run.record_consent()
        run.recover()
        return outcome_of(run, checked=f"no row, no token in rows or log of rows, then: {CHECKED}")


def _sealed(run: OrganizationRun) -> list[object]:
    sql = "select access_token, refresh_token from connections"
    return [value for row in run.services.rows.all(tuple, sql) for value in row if value]


def left_open(run: OrganizationRun, sealed: list[bytes]) -> list[str]:
    """Rows that open a mailbox, and `sealed` tokens in the database's files."""
    wrong = [f"{table} kept rows" for table in TABLES if run.value(f"select count(*) from {table}")]
    files = run.services.config.database_file
    for path in sorted(files.parent.glob(files.name + "*")):
        # A file of SQLite that this process opens and closes would free its own locks on it.
        text = subprocess.run(["/bin/cat", path], capture_output=True, check=True).stdout
        if any(token in text for token in sealed):
            wrong.append(f"a sealed token stayed in {path.name}")
    return wrong


def admins_at_once(*, admins: int = 6, presses: int = 40, messages: int = 20) -> Outcome:
    """Admins press all buttons at once: each action is done whole or refused with a sentence."""
    with organization(messages=messages) as run:
        started = [
            threading.Thread(target=_press, args=(run, seed, presses)) for seed in range(admins)
        ]
        for each in started:
            each.start()
        for each in started:
            each.join()
        rows = run.services.rows
        run.wrong += left_open(run, []) if enabled(rows) is not Platform.MICROSOFT_365 else []
        platforms.disable_microsoft_365(
            Act(rows, ACTOR, utc_now()),
        )
        run.wrong += left_open(run, [])
        if enabled(rows) is Platform.GOOGLE_WORKSPACE:
            run.change("update platforms set is_enabled = 0")
        platforms.enable(
            Act(rows, ACTOR, utc_now()),
            Platform.MICROSOFT_365,
        )
        run.record_consent()
        run.recover()
        return outcome_of(run, checked=f"one platform at most, no consent without it; {CHECKED}")


def _press(run: OrganizationRun, seed: int, presses: int) -> None:
    services, dice = run.services, random.Random(seed)  # noqa: S311  # a fixed sequence, not a secret
    rows = services.rows
    buttons: list[Callable[[], object]] = [
        lambda: platforms.enable(
            Act(rows, ACTOR, utc_now()),
            Platform.MICROSOFT_365,
        ),
        lambda: platforms.enable(
            Act(rows, ACTOR, utc_now()),
            Platform.GOOGLE_WORKSPACE,
        ),
        lambda: consent_verification.look_again(rows, services.microsoft365),
        lambda: platforms.disable_microsoft_365(
            Act(rows, ACTOR, utc_now()),
        ),
        run.record_consent,
        run.record_consent,
    ]
    for _ in range(presses):
        error = error_of(dice.choice(buttons))
        if isinstance(error, PortalError):
            run.wrong += [] if str(error) else ["refused without a word"]
        elif error is not None:
            run.wrong.append(f"a button failed: {type(error).__name__} {error}")
        run.struck += 1


FAULTS: Faults = {
    "consent-withdrawn": withdrawn,
    "consent-unusable": unusable,
    "disabled-midway": disabled_midway,
    "admins-at-once": admins_at_once,
}
