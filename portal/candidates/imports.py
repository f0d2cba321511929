"""Import candidates from a CSV file. Lines with a problem stay out and are named."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.candidates import csv_table, encodings, import_store, store
from portal.candidates.csv_table import Line
from portal.candidates.edits import checked_addresses
from portal.candidates.models import Candidate, Import, ImportRow, Problem
from portal.candidates.zone_names import zone_named
from portal.errors import Conflict, Invalid
from portal.privacy import holds, insiders
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.wording import counted, number

BYTES_AT_MOST = 1024 * 1024
ROWS_AT_MOST = 5_000
LONGEST = 200
KEPT = timedelta(hours=24)
NAME_COLUMNS = {"name", "fullname"}
FIRST_NAME_COLUMNS = {"firstname", "givenname"}
LAST_NAME_COLUMNS = {"lastname", "familyname", "surname"}
HEADLINE_COLUMNS = {"headline"}
ADDRESS_COLUMNS = {"email", "emails", "emailaddress", "emailaddresses", "address", "addresses"}
ZONE_COLUMNS = {"timezone", "zone"}
KNOWN_COLUMNS = (
    NAME_COLUMNS
    | FIRST_NAME_COLUMNS
    | LAST_NAME_COLUMNS
    | HEADLINE_COLUMNS
    | ADDRESS_COLUMNS
    | ZONE_COLUMNS
)
BETWEEN_ADDRESSES = re.compile(r"[;,\s]+")
# Excel needs the byte-order mark to read the file as UTF-8.
SAMPLE = (
    "\ufeffname,headline,email,email 2,time zone\r\n"
    "Rosa Ortega,Product designer,rosa.ortega@mail.example,rosa@work.example,Europe/Madrid\r\n"
    "José Marín,,jose@mail.example; jose.marin@work.example,,\r\n"
)


@dataclass(frozen=True)
class Checked:
    """A checked file. `unused` are columns that Portal does not know.

    `guessed` names an encoding that the file does not state itself.
    """

    rows: tuple[ImportRow, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]
    guessed: str = ""

    @property
    def good(self) -> tuple[ImportRow, ...]:
        """The rows without a problem."""
        broken = {problem.line for problem in self.problems}
        return tuple(row for row in self.rows if row.line not in broken)


@dataclass(frozen=True)
class Columns:
    """The positions of the columns. A name has one column, or one for each of its parts."""

    name: tuple[int, ...]
    headline: int | None
    zone: int | None
    addresses: tuple[int, ...]
    unused: tuple[str, ...]
    count: int


def checked(content: bytes) -> Checked:
    """Check a file. Refuses an unreadable one and lists problems of single lines."""
    decoded = encodings.decode(content)
    found = csv_table.lines(decoded.text, suits=_known_count)
    header = next(found, None)
    if header is None:
        raise Invalid("This file is empty.", field="file")
    columns = _columns(header)
    rows: list[ImportRow] = []
    problems: list[Problem] = []
    for count, line in enumerate(found, 1):
        if count > ROWS_AT_MOST:
            raise Invalid(
                f"This file has more than {counted(ROWS_AT_MOST, 'row')}. "
                "Please upload it in parts.",
                field="file",
            )
        row, reasons = _row(line, columns)
        rows.append(row)
        problems += [Problem(line.number, reason) for reason in reasons]
    if not rows:
        raise Invalid("This file has a header and no candidate below it.", field="file")
    problems = sorted([*problems, *_given_again(rows)], key=lambda problem: problem.line)
    return Checked(tuple(rows), tuple(problems), columns.unused, decoded.guessed)


def _plain(name: str) -> str:
    """`E-mail address 2` is `emailaddress`."""
    return "".join(sign for sign in name.casefold() if sign.isalpha())


def _known_count(header: tuple[str, ...]) -> int:
    return sum(_plain(name) in KNOWN_COLUMNS for name in header)


def _columns(header: Line) -> Columns:
    if header.failure:
        raise Invalid(f"Line {header.number}: {header.failure}", field="file")
    plain = [_plain(name) for name in header.cells]
    name = _name_columns(plain)
    headline = _column(plain, HEADLINE_COLUMNS, "headline")
    zone = _column(plain, ZONE_COLUMNS, "time zone")
    addresses = tuple(at for at, each in enumerate(plain) if each in ADDRESS_COLUMNS)
    if not name or not addresses:
        missing = "email" if name else "name"
        raise Invalid(
            f"No column is called “{missing}”. The first line of the file has to name the columns: "
            "name (or first name and last name) and email, and headline and time zone if you "
            "like.",
            field="file",
        )
    used = {*name, *headline, *zone, *addresses}
    return Columns(
        name=name,
        headline=headline[0] if headline else None,
        zone=zone[0] if zone else None,
        addresses=addresses,
        unused=tuple(each for at, each in enumerate(header.cells) if each and at not in used),
        count=len(header.cells),
    )


def _name_columns(plain: list[str]) -> tuple[int, ...]:
    """The column of whole names, or else those of first and last names, in this order."""
    whole = _column(plain, NAME_COLUMNS, "name")
    first = _column(plain, FIRST_NAME_COLUMNS, "first name")
    last = _column(plain, LAST_NAME_COLUMNS, "last name")
    if whole or not first or not last:
        return whole
    return (*first, *last)


def _column(plain: list[str], wanted: set[str], title: str) -> tuple[int, ...]:
    places = tuple(at for at, each in enumerate(plain) if each in wanted)
    if len(places) > 1:
        raise Invalid(f"Two columns are called “{title}”; rename one of them.", field="file")
    return places


def _row(line: Line, columns: Columns) -> tuple[ImportRow, list[str]]:
    cells = [*line.cells, *[""] * (columns.count - len(line.cells))]
    name = " ".join(filter(None, (cells[at] for at in columns.name)))
    headline = cells[columns.headline] if columns.headline is not None else ""
    typed = " ".join(cells[at] for at in columns.addresses)
    row = ImportRow(line.number, name, headline, ())
    if line.failure:
        return row, [line.failure]
    if any(cells[columns.count :]):
        return row, [
            "It has more cells than the header has columns. A cell with the separator in it has "
            "to stand in quotation marks."
        ]
    reasons = [
        *_missing_name(name),
        *_complaints("name", name),
        *_complaints("headline", headline),
    ]
    try:
        row = replace(row, addresses=checked_addresses(BETWEEN_ADDRESSES.sub("\n", typed)))
    except Invalid as refusal:
        reasons.append(_reason(refusal, typed))
    try:
        zone = cells[columns.zone] if columns.zone is not None else ""
        row = replace(row, time_zone=zone_named(zone))
    except Invalid as refusal:
        reasons.append(str(refusal))
    return row, reasons


def _reason(refusal: Invalid, typed: str) -> str:
    return str(refusal) if typed.strip() else "The email address is missing."


def _missing_name(name: str) -> list[str]:
    return [] if name else ["The name is missing."]


def _complaints(what: str, text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        length = counted(len(text), "character")
        yield f"The {what} is too long: {length}, and {number(LONGEST)} fit."
    if "\ufffd" in text or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        yield f"The {what} contains a character that cannot be read."


def _given_again(rows: Iterable[ImportRow]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        for address in row.addresses:
            before = first.setdefault(fold(address), row.line)
            if before != row.line:
                yield Problem(row.line, f"{address} stands on line {before} already.")


def with_insiders_named(rows: Rows, found: Checked) -> Checked:
    """Add a problem for each address of the organization."""
    problems = [*found.problems, *_insiders(rows, found.rows)]
    return replace(found, problems=tuple(sorted(problems, key=lambda problem: problem.line)))


def _insiders(rows: Rows, answer: Iterable[ImportRow]) -> Iterator[Problem]:
    lines = {address: row.line for row in answer for address in row.addresses}
    for address in insiders.among(rows, lines):
        yield Problem(lines[address], insiders.refusal(address))


def warnings(rows: Rows, answer: Iterable[ImportRow]) -> list[Problem]:
    """Addresses that existing candidates have too: allowed, but mentioned."""
    lines = {fold(address): row.line for row in answer for address in row.addresses}
    found = [
        Problem(
            lines[fold(sharer.address)],
            f"{sharer.address} is also an address of {sharer.name}. "
            "Mail with it appears in both feeds.",
        )
        for sharer in store.sharers(rows, lines, besides=None)
    ]
    return sorted(found, key=lambda warning: (warning.line, warning.reason))


def keep(rows: Rows, found: tuple[ImportRow, ...], *, user_id: str, now: datetime) -> str:
    """Keep a file until its owner decides. A newer file replaces a waiting one."""
    import_id = new_id()
    with rows.write():
        prune(rows, now=now)
        import_store.delete_waiting(rows, user_id)
        import_store.add(rows, import_id, found, user_id=user_id, now=now)
    return import_id


def bring_in(act: Act, import_id: str, *, user_id: str) -> tuple[Import, bool]:
    """Import all rows in one transaction. The second time returns the first result and False."""
    with act.rows.write():
        waiting = import_store.import_of(
            act.rows, import_id, user_id=user_id, now=act.now, kept=KEPT
        )
        if waiting.imported_at is not None:
            return waiting, False
        for problem in _insiders(act.rows, waiting.rows):
            raise Conflict(f"Line {problem.line}: {problem.reason} Nothing was imported.")
        new = [_candidate(row, act.now) for row in waiting.rows]
        for each in new:
            store.add(act.rows, each, created_by=user_id)
            holds.hold_added(act, each.id, each.addresses)
        import_store.finish(act.rows, import_id, [each.id for each in new], now=act.now)
        count = counted(len(new), "candidate")
        act.record(
            Action.CANDIDATES_IMPORTED,
            f"{count} from CSV",
        )
    return import_store.import_of(
        act.rows, import_id, user_id=user_id, now=act.now, kept=KEPT
    ), True


def _candidate(row: ImportRow, now: datetime) -> Candidate:
    return Candidate(
        id=new_id(),
        name=row.name,
        headline=row.headline,
        addresses=row.addresses,
        created_at=now,
        updated_at=now,
        time_zone=row.time_zone,
    )


def prune(rows: Rows, *, now: datetime) -> None:
    """Delete files that were not imported, and results after a day. Belongs inside write()."""
    import_store.delete_older(rows, now - KEPT)
