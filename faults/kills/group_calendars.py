"""A group calendar that was just added, and the state that reading it has to end in."""

from datetime import timedelta

from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.messages import MEMBER
from faults.kills.kill_driver import KillDriver
from portal.audit.act import Act
from portal.clock import utc_now
from portal.entra.models import Identity, PersonToken
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature, scopes_needed
from sandbox.entra import tokens
from tests.support import builders
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID

GROUP = {
    "displayName": "Interviews",
    "mail": "interviews@northwind.example",
    "groupTypes": ["Unified"],
    "visibility": "Public",
    "members": [MEMBER],
}


def add(run: FaultRun, _driver: KillDriver) -> None:
    """Add a calendar, and let a member of its group connect with the permission it needs."""
    group = run.sandbox.control("POST", "groups", GROUP)
    _connect(run)
    rows = run.services.rows
    builders.group_calendar(rows, "Before", id="calendar", group_id=group["id"], is_default=1)


def _connect(run: FaultRun) -> None:
    person = run.sandbox.state.row("select * from users where upn = ?", (MEMBER,))
    if person is None:
        raise LookupError(MEMBER)
    scopes = scopes_needed((Feature.SIGN_IN, Feature.EMAIL_SYNC, Feature.GROUP_CALENDARS))
    state = run.sandbox.state
    access = tokens.person_access_token(state, person, client_id=CLIENT_ID, scopes=set(scopes))
    identity = Identity(TENANT_ID, person["id"], MEMBER, person["display_name"])
    now = utc_now()
    ends_at = now + timedelta(hours=1)
    token = PersonToken(access, "a refresh token", ends_at, frozenset(scopes), identity)
    act = Act(run.services.rows, ACTOR, now)
    connections.connect(act, run.services.vault, user_id=run.user_id, token=token)


def wrong(run: FaultRun) -> list[str]:
    """The name is taken over once, and the member is proven."""
    rows = run.services.rows
    found = rows.all(tuple, "select user_id, is_member, state, reason from calendar_reach")
    names = rows.all(str, "select name from group_calendars")
    renamed = rows.value(
        int, "select count(*) from audit_log where action = 'group calendar renamed'"
    )
    is_right = (found, names, renamed) == ([(run.user_id, 1, "ready", "")], ["Interviews"], 1)
    return [] if is_right else [f"{found}, {names}, renamed {renamed} times"]
