"""SQL of user sync's row on the Jobs page."""

from portal.directory.store import MAY_SYNC
from portal.worker.queue import Listing

OFF_BECAUSE = """
    case when s.syncs_users = 0 then 'user sync is turned off'
    when not exists (select 1 from user_sync_in_force)
    and not exists (select 1 from sync_authorizers)
    and not exists (select 1 from organization_consents o where o.state = 'withdrawn')
    then 'nothing permits reading the directory' end
"""
WAITS_FOR_CONSENT = """
    case when not exists (select 1 from user_sync_in_force)
    and exists (select 1 from organization_consents o where o.state = 'withdrawn')
    then 1 else 0 end
"""
LISTING = Listing(
    about="'User sync'",
    stage="case when s.stage = 'following' and s.imported_at is null then 'previewing' "
    "else s.stage end",
    joins="cross join latest_grants g",
    which="(exists (select 1 from organization_consents) "
    "or exists (select 1 from sync_authorizers))",
    due_at="case when s.due_at < g.granted_at then g.granted_at else s.due_at end",
    last_success_at="s.last_success_at",
    off_because=OFF_BECAUSE,
    is_connected=f"case when {MAY_SYNC} then 1 else 0 end",
    waits_for_consent=WAITS_FOR_CONSENT,
)
