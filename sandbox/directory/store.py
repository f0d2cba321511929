"""Stored people, their addresses, and the changes that delta reports."""

import uuid
from collections.abc import Iterable
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.directory import licenses
from sandbox.directory.resource import resource
from sandbox.rights import store as rights

SCHEMA = """
    create table if not exists users (
        id text primary key,
        upn text not null,
        mail text,
        display_name text not null,
        given_name text,
        surname text,
        job_title text,
        department text,
        proxy_addresses text not null,
        other_mails text not null,
        user_type text not null,
        account_enabled integer not null,
        has_mailbox integer not null,
        is_fenced integer not null,
        is_on_premises integer not null,
        licenses text not null,
        purpose text not null,
        directory_roles text not null,
        created_at text not null,
        revoked_at text,
        deleted_at text
    );
    create index if not exists users_by_upn on users (lower(upn));
    create index if not exists users_by_mail on users (lower(mail));
    create index if not exists users_by_name on users (display_name, id);
    create table if not exists directory_changes (
        number integer primary key autoincrement,
        oid text not null,
        names text not null
    );
    create index if not exists directory_changes_by_user on directory_changes (oid)
"""
# A change of this name stands for a user who was added, deleted or restored.
WHOLE = "*"
# The people that a tenant begins with, and those that the demo adds, come before a bulk import.
FIRST_PEOPLE = 40


def add_user(state: State, **facts: Any) -> Row:
    """Add a user. Only upn is required; everything else has a default."""
    row = new_row(state, **facts)
    add_rows(state, [row])
    return row


def new_row(state: State, **facts: Any) -> Row:
    upn = str(facts["upn"])
    mail = facts.get("mail", upn)
    name = str(facts.get("display_name") or upn.partition("@")[0].title())
    given, _, surname = name.partition(" ")
    kind = facts.get("user_type", "Member"), facts.get("purpose", "user")
    held, has_mailbox = _licenses_of(facts, mail, is_person=kind == ("Member", "user"))
    return {
        "id": str(facts.get("id") or uuid.uuid5(uuid.NAMESPACE_DNS, upn)),
        "upn": upn,
        "mail": mail,
        "display_name": name,
        "given_name": given,
        "surname": surname or None,
        "job_title": facts.get("job_title"),
        "department": facts.get("department"),
        "proxy_addresses": proxies(mail, facts.get("aliases", ())),
        "other_mails": orjson.dumps(facts.get("other_mails", [])).decode(),
        "user_type": kind[0],
        "account_enabled": int(facts.get("account_enabled", True)),
        "has_mailbox": int(has_mailbox),
        "is_fenced": int(facts.get("is_fenced", False)),
        "is_on_premises": int(facts.get("is_on_premises", False)),
        "licenses": orjson.dumps(held).decode(),
        "purpose": kind[1],
        "directory_roles": orjson.dumps(facts.get("directory_roles", [])).decode(),
        "created_at": state.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "revoked_at": None,
        "deleted_at": None,
    }


def _licenses_of(
    facts: dict[str, Any], mail: str | None, *, is_person: bool
) -> tuple[dict[str, str], bool]:
    """Return a new user's licenses, and whether there is a mailbox. A person's needs a license."""
    if "licenses" in facts:
        held = licenses.given(facts["licenses"])
        return held, bool(facts.get("has_mailbox", licenses.has_mailbox(held)))
    has_mailbox = bool(facts.get("has_mailbox", mail is not None))
    return licenses.given([licenses.E3.name] if has_mailbox and is_person else []), has_mailbox


def add_rows(state: State, rows: list[Row]) -> None:
    """Add many users at once, each reported by the next delta."""
    names = ", ".join(rows[0])
    marks = ", ".join(f":{name}" for name in rows[0])
    state.execute_many(f"insert into users ({names}) values ({marks})", rows)
    state.execute_many(
        "insert into directory_changes (oid, names) values (?, ?)",
        [(row["id"], WHOLE) for row in rows],
    )


def proxies(mail: str | None, aliases: Any) -> str:
    """Write proxyAddresses as JSON: the primary with SMTP in capitals, then the aliases."""
    primary = [f"SMTP:{mail}"] if mail else []
    return orjson.dumps(primary + [f"smtp:{alias}" for alias in aliases]).decode()


def people(state: State) -> list[Row]:
    return page(state, start=0, limit=-1)


def page(state: State, *, start: int, limit: int) -> list[Row]:
    """List people by name from `start`; `most` -1 means all of them."""
    return state.rows(
        "select * from users where deleted_at is null order by display_name, id limit ? offset ?",
        (limit, start),
    )


def number_of_people(state: State) -> int:
    found = state.row("select count(*) as n from users where deleted_at is null")
    return int(found["n"]) if found else 0


def sign_in_choices(state: State, *, hint: str = "", find: str = "") -> list[Row]:
    """List the accounts to sign in with: the hinted one, then the first people of the tenant.

    Those stand as the seed has them: whom a newcomer needs comes first.

    A large tenant's list is cut. `find` keeps those whose name or address holds it.
    """
    return state.rows(
        "select * from users where deleted_at is null and purpose = 'user'"
        " and instr(lower(display_name || ' ' || upn || ' ' || coalesce(mail, '')), lower(:find))"
        " order by lower(:hint) not in (lower(upn), lower(coalesce(mail, upn))),"
        " min(rowid, :first + 1), display_name, id limit 50",
        {"hint": hint, "find": find.strip(), "first": FIRST_PEOPLE},
    )


def person(state: State, reference: str, *, is_deleted: bool = False) -> Row | None:
    """Find a person by object id, principal name or primary address."""
    return state.row(
        "select * from users where (deleted_at is not null) = :is_deleted"
        " and (id = :name or lower(upn) = lower(:name) or lower(mail) = lower(:name))",
        {"name": reference, "is_deleted": int(is_deleted)},
    )


def addresses_of(row: Row) -> list[str]:
    """List a person's smtp addresses, the primary first."""
    entries = [entry.partition(":") for entry in orjson.loads(row["proxy_addresses"])]
    smtp = [(kind, address) for kind, _, address in entries if kind.lower() == "smtp"]
    return [a for kind, a in smtp if kind == "SMTP"] + [a for kind, a in smtp if kind != "SMTP"]


def owner_of(state: State, address: str) -> Row | None:
    """Find the mailbox owner of an address, also with a plus tag."""
    local, _, domain = address.lower().partition("@")
    for wanted in (address.lower(), f"{local.partition('+')[0]}@{domain}"):
        row = state.row(
            "select * from users where deleted_at is null and has_mailbox = 1"
            " and instr(lower(proxy_addresses), ?) > 0",
            (orjson.dumps(f"smtp:{wanted}").decode(),),
        )
        if row is not None:
            return row
    return None


def change(state: State, oid: str, columns: dict[str, Any]) -> None:
    """Set columns of one person. The names come from a fixed list in control."""
    before = state.rows("select * from users where id = ?", (oid,))
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    state.execute(f"update users set {assignments} where id = :id", {**columns, "id": oid})
    after = state.rows("select * from users where id = ?", (oid,))
    for old, new in zip(before, after, strict=True):
        record_change(state, oid, _different(old, new))


def with_mailbox(row: Row) -> dict[str, Any]:
    """The columns that a license changes. Without an address, the sign-in name becomes one."""
    columns = licenses.regained(row) if row["purpose"] == "user" else {"has_mailbox": 1}
    address = (
        {} if row["mail"] else {"mail": row["upn"], "proxy_addresses": proxies(row["upn"], ())}
    )
    return columns | address


def purge(state: State, oid: str) -> None:
    """Delete a person permanently."""
    state.execute("delete from users where id = ?", (oid,))
    rights.forget(state, oid)
    record_change(state, oid, [WHOLE])


def _different(before: Row, after: Row) -> list[str]:
    """Name the members whose visible value changed."""
    old, new = resource(before), resource(after)
    names = [name for name in new if old[name] != new[name]]
    return [WHOLE] if "deletedDateTime" in names else names


def record_change(state: State, oid: str, names: Iterable[str]) -> None:
    text = " ".join(names)
    if text:
        state.execute("insert into directory_changes (oid, names) values (?, ?)", (oid, text))


def last_change(state: State) -> int:
    row = state.row("select max(number) as n from directory_changes")
    return int(row["n"] or 0) if row else 0


def present(state: State, *, after: int, limit: int) -> list[Row]:
    """List people in the order of their creation, deleted ones included."""
    return state.rows(
        "select rowid as place, * from users where rowid > ? order by rowid limit ?", (after, limit)
    )


def changed(state: State, *, since: int, after: int, upto: int, limit: int) -> list[Row]:
    """List the people who changed, by latest change, with the names of what changed."""
    return state.rows(
        "select oid, max(number) as number, group_concat(names, ' ') as names"
        " from directory_changes where number > :since and number <= :upto"
        " group by oid having max(number) > :after order by max(number) limit :most",
        {"since": since, "after": after, "upto": upto, "most": limit},
    )


def by_ids(state: State, oids: list[str]) -> dict[str, Row]:
    marks = ", ".join("?" for _ in oids)
    found = state.rows(f"select * from users where id in ({marks})", oids)
    return {row["id"]: row for row in found}


def ever_changed(state: State, oids: list[str]) -> dict[str, set[str]]:
    """Name what changed for each person since their creation."""
    marks = ", ".join("?" for _ in oids)
    found = state.rows(
        "select oid, group_concat(names, ' ') as names from directory_changes"
        f" where oid in ({marks}) group by oid",
        oids,
    )
    return {row["oid"]: set(row["names"].split()) for row in found}
