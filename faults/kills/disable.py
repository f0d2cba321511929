"""kill -9 in the midst of "Disable": all of it is done or none, and pressing it again ends it."""

from faults.harness.fault_run import ACTOR
from faults.harness.invariants import outcome_of
from faults.harness.organization import CHECKED, OrganizationRun, organization
from faults.harness.outcome import Faults, Outcome
from faults.kills.kill_driver import kill_driver, kill_from_same_rows
from faults.microsoft.consents import left_open
from portal.audit.act import Act
from portal.clock import utc_now
from portal.integrations import platforms
from portal.microsoft365 import connections, consent_store
from portal.microsoft365.permissions import Feature
from portal.storage.platforms import Platform, enabled
from tests.support import builders

SUBSCRIPTION = "11111111-2222-4333-8444-000000000001"
DISABLED = "select count(*) from audit_log where action = 'platform disabled'"


def disable_killed(*, every: int = 1) -> Outcome:
    """With a connection, a consent and a subscription that Microsoft is asked to close."""
    with organization(messages=3) as run, kill_driver(run) as driver:
        run.environment.connect(run.user_id, run.members[0])
        _open_subscription(run)
        sealed = _sealed(run)

        def check() -> None:
            run.wrong += _half_disabled(run)
            if not driver.do("disable").startswith("done"):
                run.wrong.append("it could not be disabled afterwards")
            driver.do_due()
            run.wrong += left_open(run, sealed)
            if run.value(DISABLED) != 1:
                run.wrong.append(f"disabled {run.value(DISABLED)} times")

        steps = kill_from_same_rows(run, driver, "disable", check=check, every=every)
        platforms.enable(Act(run.services.rows, ACTOR, utc_now()), Platform.MICROSOFT_365)
        run.record_consent()
        run.recover_with(driver.do_due)
        return outcome_of(run, checked=f"all {steps} steps, no token left; {CHECKED}")


def _open_subscription(run: OrganizationRun) -> None:
    """A subscription of a mailbox, as Portal keeps it. Microsoft knows none of this id."""
    rows, now = run.services.rows, utc_now()
    with rows.write():
        builders.subscription(rows, run.user_id, created_at=now, microsoft_id=SUBSCRIPTION)


def _sealed(run: OrganizationRun) -> list[bytes]:
    sql = "select access_token, refresh_token from connections"
    found = [value for row in run.services.rows.all(tuple, sql) for value in row]
    return [value if isinstance(value, bytes) else str(value).encode() for value in found if value]


def _half_disabled(run: OrganizationRun) -> list[str]:
    """Sentences about rows that are gone while it is enabled, or left once it is disabled."""
    rows = run.services.rows
    if enabled(rows) is not Platform.MICROSOFT_365:
        return left_open(run, [])
    wrong = [] if consent_store.consent(rows) is not None else ["the consent is gone"]
    found = connections.usable(rows, run.user_id, Feature.EMAIL_SYNC)
    if not connections.refresh_token(run.services.vault, found):
        wrong.append("the connection lost its token")
    return wrong


FAULTS: Faults = {"disable-killed": disable_killed}
