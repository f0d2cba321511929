"""All SQL for the organization's consent, what it powers and whose mailboxes it opened."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from portal.microsoft365.models import (
    Consent,
    ConsentRequest,
    ConsentRoute,
    FeatureUse,
    MailboxRead,
    OrganizationAccess,
    ReadProof,
)
from portal.storage.claims import Claims, Fence
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows
from portal.worker.queue import Listing

ID = "organization"
CLAIMS = Claims(Fence("consents", "o", lease=timedelta(seconds=90)))
LISTING = Listing(
    about="'The organization''s consent'",
    stage="case when o.state = 'withdrawn' and o.waiting_since is not null then 'waiting' "
    "else o.state end",
    last_success_at="case when o.failure is null then o.checked_at end",
)


def consent(rows: Rows) -> Consent | None:
    found = rows.one(Consent, "select * from consents where id = ?", [ID])
    if found is None:
        return None
    roles = rows.all(str, "select role from consent_roles")
    proofs = rows.all(
        ReadProof,
        "select r.role, r.read_from as object_id, r.read_at, "
        "coalesce((select min(p.display_name) from accounts p "
        "where p.object_id = r.read_from), '') "
        "as name from consent_roles r where r.read_at is not null order by r.role",
    )
    return replace(found, roles=frozenset(roles), proofs=tuple(proofs))


def version(rows: Rows) -> int:
    """The version that tokens are tied to. 0 without a consent."""
    return rows.value(int, "select version from consents where id = ?", [ID]) or 0


def save(rows: Rows, given: Consent, *, due_at: datetime) -> None:
    """Replace the consent and its roles. Belongs inside write()."""
    rows.execute(
        "insert into consents (id, tenant_id, state, asked_by, route, granted_at, checked_at, "
        "version, waiting_since, due_at, failure, failed_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (id) do update set tenant_id = excluded.tenant_id, state = excluded.state, "
        "asked_by = excluded.asked_by, route = excluded.route, "
        "granted_at = excluded.granted_at, checked_at = excluded.checked_at, "
        "version = excluded.version, waiting_since = excluded.waiting_since, "
        "due_at = excluded.due_at, failure = excluded.failure, failed_at = excluded.failed_at",
        [
            ID,
            given.tenant_id,
            given.state,
            given.asked_by,
            given.route,
            given.granted_at,
            given.checked_at,
            given.version,
            given.waiting_since,
            due_at,
            given.failure,
            given.failed_at,
        ],
    )
    _save_roles(rows, given, given.checked_at)


def _save_roles(rows: Rows, given: Consent, now: datetime) -> None:
    """Save the roles. A withdrawn consent has none; a kept role keeps its date."""
    wanted, proofs = sorted(given.roles), {each.role: each for each in given.proofs}
    rows.execute("delete from consent_roles where role not in :roles", {"roles": wanted})
    rows.many(
        "insert into consent_roles (role, granted_at, read_at, read_from) values (?, ?, ?, ?) "
        "on conflict (role) do update set read_at = excluded.read_at, "
        "read_from = excluded.read_from",
        [
            (role, now, proof.read_at, proof.object_id) if proof else (role, now, None, None)
            for role in wanted
            for proof in [proofs.get(role)]
        ],
    )


def drop_tokens(rows: Rows, *, now: datetime, not_since: datetime) -> bool:
    """Make every process fetch new tokens. False if that was done lately. Belongs in write()."""
    changed = rows.execute(
        "update consents set version = version + 1, dropped_at = :now, due_at = :now "
        "where id = :id and (dropped_at is null or dropped_at <= :not_since "
        "or dropped_at > :now)",
        {"now": now, "not_since": not_since, "id": ID},
    )
    return changed == 1


def raise_version(rows: Rows) -> None:
    """Make tokens from before useless, as after a change of the application."""
    rows.execute("update consents set version = version + 1 where id = ?", [ID])


def add_request(rows: Rows, asked: ConsentRequest) -> None:
    rows.execute(
        "insert into consent_requests (id, asked_at, asked_by, route, roles) "
        "values (?, ?, ?, ?, ?)",
        [new_ordered_id(), asked.asked_at, asked.asked_by, asked.route, " ".join(asked.roles)],
    )


@dataclass(frozen=True)
class _Request:
    asked_at: datetime
    asked_by: str
    route: ConsentRoute
    roles: str


def requests(rows: Rows) -> list[ConsentRequest]:
    """Each set of permissions that was asked for, newest first."""
    found = rows.all(_Request, "select * from consent_requests order by asked_at desc, id desc")
    return [
        ConsentRequest(each.asked_at, each.asked_by, each.route, tuple(each.roles.split()))
        for each in found
    ]


def save_due(rows: Rows, due_at: datetime) -> None:
    """When to check the consent next. Belongs inside write()."""
    rows.execute("update consents set due_at = ? where id = ?", [due_at, ID])


def delete(rows: Rows) -> None:
    """Delete the consent with everything it powered. Its tokens are never stored."""
    rows.execute("delete from consents")
    rows.execute("delete from consent_roles")
    rows.execute("delete from permission_uses")
    rows.execute("delete from organization_feature_uses")
    rows.execute("delete from mailbox_reads")


def identity_of(rows: Rows, user_id: str) -> tuple[str, str] | None:
    """Tenant and object id of a person, from the directory or their connected account."""
    sql = "select tenant_id, object_id from microsoft_accounts where user_id = ?"
    found = rows.one(tuple, sql, [user_id])
    return found if found and found[1] else None


def has_opted_out(rows: Rows, user_id: str) -> bool:
    """Whether this person turned email sync off."""
    sql = "select 1 from email_opt_outs where user_id = ?"
    return rows.value(int, sql, [user_id]) is not None


def save_success(rows: Rows, feature: str, *, now: datetime) -> None:
    """Save a success. Does nothing if the consent is gone, as after Disable."""
    rows.execute(
        "insert into organization_feature_uses (feature, last_success_at) "
        "select ?, ? from consents where true "
        "on conflict (feature) do update set last_success_at = excluded.last_success_at, "
        "failure = null, failed_at = null",
        [feature, now],
    )


def save_failure(rows: Rows, feature: str, failure: str, *, now: datetime) -> None:
    rows.execute(
        "insert into organization_feature_uses (feature, failure, failed_at) "
        "select ?, ?, ? from consents where true "
        "on conflict (feature) do update set failure = excluded.failure, failed_at = "
        "coalesce(organization_feature_uses.failed_at, excluded.failed_at)",
        [feature, failure, now],
    )


def uses(rows: Rows) -> dict[str, FeatureUse]:
    found = rows.all(FeatureUse, "select * from organization_feature_uses")
    return {each.feature: each for each in found}


def has_access_noted(rows: Rows, user_id: str, feature: str, day: date) -> bool:
    found = rows.one(
        tuple,
        "select 1 from organization_accesses where user_id = ? and feature = ? and day = ?",
        [user_id, feature, day],
    )
    return found is not None


def note_access(rows: Rows, user_id: str, feature: str, day: date, *, now: datetime) -> None:
    """Save one row a day. Belongs inside write()."""
    rows.execute(
        "insert into organization_accesses (user_id, feature, day, first_at) values (?, ?, ?, ?) "
        "on conflict (user_id, feature, day) do nothing",
        [user_id, feature, day, now],
    )


def accesses_of(rows: Rows, user_id: str, *, most: int = 14) -> list[OrganizationAccess]:
    """The first of each day and feature on which somebody's mailbox was opened, newest first."""
    return rows.all(
        OrganizationAccess,
        "select feature, first_at from organization_accesses where user_id = ? "
        "order by day desc, feature limit ?",
        [user_id, most],
    )


def mailbox_read(rows: Rows, role: str, object_id: str) -> MailboxRead | None:
    sql = "select * from mailbox_reads where role = ? and object_id = ?"
    return rows.one(MailboxRead, sql, [role, object_id])


def save_mailbox_read(rows: Rows, read: MailboxRead) -> None:
    """Belongs inside write()."""
    rows.execute(
        "insert into mailbox_reads (role, object_id, is_open, since, tried_at) "
        "values (?, ?, ?, ?, ?) on conflict (role, object_id) do update set "
        "is_open = excluded.is_open, since = excluded.since, tried_at = excluded.tried_at",
        [read.role, read.object_id, read.is_open, read.since, read.tried_at],
    )


def latest_open(rows: Rows, role: str, tenant_id: str) -> MailboxRead | None:
    """The mailbox that was read last, as proof of the role."""
    return rows.one(
        MailboxRead,
        "select r.* from mailbox_reads r join microsoft_accounts a on a.object_id = r.object_id "
        "where r.role = ? and r.is_open = 1 and a.tenant_id = ? "
        "order by r.tried_at desc, r.object_id limit 1",
        [role, tenant_id],
    )


def mailboxes_to_read(
    rows: Rows, role: str, tenant_id: str, *, is_open: bool | None, not_since: datetime, most: int
) -> dict[str, str]:
    """Object ids and owners of mailboxes that were open, closed or neither, oldest read first.

    Leaves out disabled people and those who turned email sync off.
    """
    found = rows.all(
        tuple,
        "select a.object_id, a.user_id from microsoft_accounts a "
        "join accounts p on p.id = a.user_id "
        "left join mailbox_reads r on r.object_id = a.object_id and r.role = :role "
        "where a.tenant_id = :tenant_id and a.object_id is not null and p.is_enabled = 1 "
        "and coalesce(r.is_open, -1) = :is_open "
        "and (r.tried_at is null or r.tried_at <= :not_since) "
        "and not exists (select 1 from email_opt_outs o where o.user_id = a.user_id) "
        "order by r.tried_at nulls first, case p.role when 'admin' then 0 else 1 end, a.user_id "
        "limit :most",
        {
            "role": role,
            "tenant_id": tenant_id,
            "is_open": -1 if is_open is None else int(is_open),
            "not_since": not_since,
            "most": most,
        },
    )
    return dict(found)


def forget_closed(rows: Rows) -> None:
    """Forget which mailboxes were closed, since what is granted has changed."""
    rows.execute("delete from mailbox_reads where is_open = 0")


def forget_reads(rows: Rows) -> None:
    rows.execute("delete from mailbox_reads")


def closed_since(rows: Rows, user_id: str) -> datetime | None:
    """Since when Exchange keeps this person's mailbox closed to the organization's consent."""
    return rows.value(datetime, "select since from closed_mailboxes where user_id = ?", [user_id])


def is_absent(rows: Rows, user_id: str) -> bool:
    """Whether Microsoft has no mailbox of this person in Exchange Online."""
    sql = "select 1 from absent_mailboxes where user_id = ?"
    return rows.value(int, sql, [user_id]) is not None


def count_closed(rows: Rows) -> int:
    return rows.value(int, "select count(*) from closed_mailboxes") or 0
