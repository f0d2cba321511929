"""Addresses that do not take mail, and the reports that their senders get."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.mail import alias_rewriting, delivery
from sandbox.sending import later, reports
from sandbox.sending.later import Later
from sandbox.sending.reports import Reported

SCHEMA = """
    create table if not exists address_fates (
        address text primary key,
        reports text not null
    )
"""


@dataclass(frozen=True)
class Notice:
    """One report about an address: the fate, the form, and seconds until it arrives."""

    fate: str = "unknown"
    form: str = "exchange"
    after: float = 0


def set_fate(state: State, address: str, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let mail to an address be reported, once or several times. Without a report it arrives."""
    try:
        notices = [Notice(**one) for one in asked]
    except TypeError as error:
        raise ValueError("A report has fate, form and after.") from error
    for one in notices:
        if one.fate not in reports.FATES or one.form not in reports.FORMS:
            names = f"{', '.join(reports.FATES)}; {', '.join(reports.FORMS)}"
            raise ValueError(f"Fates and forms are: {names}.")
    state.execute("delete from address_fates where address = ?", (address.lower(),))
    found = [asdict(one) for one in notices]
    if found:
        state.execute(
            "insert into address_fates (address, reports) values (?, ?)",
            (address.lower(), orjson.dumps(found).decode()),
        )
    return found


def notices(state: State, address: str, owner: Row | None) -> list[Notice]:
    """List the reports about an address. One of the tenant without an owner is unknown."""
    row = state.row("select reports from address_fates where address = ?", (address.lower(),))
    if row is not None:
        return [Notice(**one) for one in orjson.loads(row["reports"])]
    is_ours = address.endswith(f"@{state.setting('domain')}")
    return [Notice()] if owner is None and is_ours else []


def bounce(state: State, sender: Row, raw: bytes, address: str, found: list[Notice]) -> None:
    """Let the sender's Inbox receive each report, as Exchange does after it accepted a message."""
    about = Reported(
        raw=alias_rewriting.rewrite_aliases(state, raw),
        sender=sender["mail"],
        recipient=address,
        domain=state.setting("domain"),
        at=state.now(),
    )
    for one in found:
        made = reports.report(about, reports.FATES[one.fate], reports.FORMS[one.form])
        if one.after:
            later.put(state, sender, Later("inbox", made), seconds=one.after)
        else:
            delivery.deliver(state, sender["upn"], made)
