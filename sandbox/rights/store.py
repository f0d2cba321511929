"""Stored rights in mailboxes, and the mailboxes that keep copies of what others send as them."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.database import Row, State

SCHEMA = """
    create table if not exists mailbox_rights (
        mailbox text not null,
        person text not null,
        name text not null,
        granted_at text not null,
        primary key (mailbox, person, name)
    );
    create table if not exists sent_copies (
        mailbox text primary key,
        of_send_as integer not null,
        of_send_on_behalf integer not null
    )
"""
FULL_ACCESS = "fullAccess"
SEND_AS = "sendAs"
SEND_ON_BEHALF = "sendOnBehalf"
NAMES = (FULL_ACCESS, SEND_AS, SEND_ON_BEHALF)


@dataclass(frozen=True)
class Copies:
    """Whether a mailbox gets a copy of what others send as it, and on behalf of it."""

    of_send_as: bool = False
    of_send_on_behalf: bool = False


def grant(state: State, mailbox: str, person: str, name: str) -> None:
    """Give a person a right in a mailbox. An older grant keeps its time."""
    state.execute(
        "insert into mailbox_rights values (?, ?, ?, ?) on conflict do nothing",
        (mailbox, person, name, state.now().isoformat(timespec="microseconds")),
    )


def take(state: State, mailbox: str, person: str, name: str) -> None:
    """Take a right away, at once."""
    state.execute(
        "delete from mailbox_rights where mailbox = ? and person = ? and name = ?",
        (mailbox, person, name),
    )


def set_holders(state: State, mailbox: str, name: str, people: list[str]) -> None:
    """Give a right to these people and take it from all others."""
    present = [row["person"] for row in holders(state, mailbox) if row["name"] == name]
    for person in set(present) - set(people):
        take(state, mailbox, person, name)
    for person in people:
        grant(state, mailbox, person, name)


def holders(state: State, mailbox: str) -> list[Row]:
    """List who has which right in a mailbox, with their sign-in name, by the time of the grant."""
    return state.rows(
        "select users.upn, users.display_name, mailbox_rights.* from mailbox_rights"
        " join users on users.id = mailbox_rights.person where mailbox = ?"
        " order by granted_at, mailbox_rights.rowid",
        (mailbox,),
    )


def has(state: State, mailbox: str, person: str, name: str) -> bool:
    """Whether a right works: it is given, and `rightsDelay` seconds have passed."""
    row = state.row(
        "select 1 as found from mailbox_rights"
        " where mailbox = ? and person = ? and name = ? and granted_at <= ?",
        (mailbox, person, name, _settled(state)),
    )
    return row is not None


def mailboxes_of(state: State, person: str) -> list[Row]:
    """List the mailboxes in which a person has a right that works, by name."""
    return state.rows(
        "select distinct users.* from users join mailbox_rights on users.id = mailbox"
        " where person = ? and granted_at <= ? and deleted_at is null and has_mailbox = 1"
        " order by display_name",
        (person, _settled(state)),
    )


def _settled(state: State) -> str:
    delay = timedelta(seconds=state.setting("rightsDelay") or 0)
    return (state.now() - delay).isoformat(timespec="microseconds")


def forget(state: State, oid: str) -> None:
    """Remove every right in a mailbox that is gone, and of a person who is gone."""
    state.execute("delete from mailbox_rights where mailbox = ? or person = ?", (oid, oid))
    state.execute("delete from sent_copies where mailbox = ?", (oid,))


def copies(state: State, mailbox: str) -> Copies:
    row = state.row("select * from sent_copies where mailbox = ?", (mailbox,))
    if row is None:
        return Copies()
    return Copies(bool(row["of_send_as"]), bool(row["of_send_on_behalf"]))


def set_copies(state: State, mailbox: str, kept: Copies) -> None:
    state.execute(
        "insert into sent_copies values (?, ?, ?) on conflict (mailbox) do update set"
        " of_send_as = excluded.of_send_as, of_send_on_behalf = excluded.of_send_on_behalf",
        (mailbox, int(kept.of_send_as), int(kept.of_send_on_behalf)),
    )
