"""Rows of people: who they are, their addresses, and whether they have a mailbox."""

import uuid
from typing import Any

import orjson

from sandbox.database import Row, State

SCHEMA = """
    create table if not exists users (
        id text primary key,
        upn text not null,
        mail text,
        display_name text not null,
        given_name text,
        surname text,
        job_title text,
        proxy_addresses text not null,
        user_type text not null,
        account_enabled integer not null,
        has_mailbox integer not null,
        purpose text not null,
        directory_roles text not null,
        created_at text not null,
        revoked_at text,
        deleted_at text
    )
"""


def add_user(state: State, **facts: Any) -> Row:
    """A person with what `facts` says; upn is needed, all else has a sensible value."""
    upn = str(facts["upn"])
    mail = facts.get("mail", upn)
    name = str(facts.get("display_name") or upn.partition("@")[0].title())
    given, _, surname = name.partition(" ")
    row = {
        "id": str(facts.get("id") or uuid.uuid5(uuid.NAMESPACE_DNS, upn)),
        "upn": upn,
        "mail": mail,
        "display_name": name,
        "given_name": given,
        "surname": surname or None,
        "job_title": facts.get("job_title"),
        "proxy_addresses": proxies(mail, facts.get("aliases", ())),
        "user_type": facts.get("user_type", "Member"),
        "account_enabled": int(facts.get("account_enabled", True)),
        "has_mailbox": int(facts.get("has_mailbox", mail is not None)),
        "purpose": facts.get("purpose", "user"),
        "directory_roles": orjson.dumps(facts.get("directory_roles", [])).decode(),
        "created_at": state.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "revoked_at": None,
        "deleted_at": None,
    }
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    state.execute(f"insert into users ({names}) values ({marks})", row)
    return row


def proxies(mail: str | None, aliases: Any) -> str:
    """proxyAddresses as JSON: the primary in capitals, then the aliases."""
    primary = [f"SMTP:{mail}"] if mail else []
    return orjson.dumps(primary + [f"smtp:{alias}" for alias in aliases]).decode()


def people(state: State) -> list[Row]:
    return state.rows("select * from users where deleted_at is null order by display_name")


def person(state: State, reference: str, *, is_deleted: bool = False) -> Row | None:
    """By object id, principal name or primary address."""
    return state.row(
        "select * from users where (deleted_at is not null) = :is_deleted"
        " and (id = :name or lower(upn) = lower(:name) or lower(mail) = lower(:name))",
        {"name": reference, "is_deleted": int(is_deleted)},
    )


def addresses_of(row: Row) -> list[str]:
    """Every smtp address of a person, the primary first."""
    entries = [entry.partition(":") for entry in orjson.loads(row["proxy_addresses"])]
    smtp = [(kind, address) for kind, _, address in entries if kind.lower() == "smtp"]
    return [a for kind, a in smtp if kind == "SMTP"] + [a for kind, a in smtp if kind != "SMTP"]


def owner_of(state: State, address: str) -> Row | None:
    """The person with a mailbox that takes mail to this address, plus tags included."""
    local, _, domain = address.lower().partition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    for row in state.rows("select * from users where deleted_at is null and has_mailbox = 1"):
        own = {a.lower() for a in addresses_of(row)}
        if address.lower() in own or plain in own:
            return row
    return None


def change(state: State, oid: str, columns: dict[str, Any]) -> None:
    """Set columns of one person; the names come from a fixed list in control."""
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    state.execute(f"update users set {assignments} where id = :id", {**columns, "id": oid})
