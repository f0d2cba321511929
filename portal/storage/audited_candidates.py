"""Take the names and addresses of candidates out of old rows of the audit log.

Only this migration changes rows of the log. Its triggers are off for that one transaction, and the
same ones are there after it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from sqlite_utils import Database

from portal.storage.schema.audit import IN_SQLITE

MARK = "\u27e8candidate\u27e9"
SEVERAL = "a candidate"
# Rows whose target is the name of a candidate.
NAMED = (
    *("candidate added", "candidate changed", "candidate closed", "candidate deleted"),
    *("candidate exported", "candidate reopened", "suggested address declined"),
    *("conversation hidden", "conversation shown again", "interview not written"),
    *("interview written", "message left uncertain", "message sent again"),
    *("message taken back", "message written"),
)
# Its target is a candidate or a mailbox.
SOMETIMES_NAMED = "synced mail removed"
VALUES_OF_CANDIDATES = ("candidate added", "candidate changed")
# "Technical interview with Rosa Diaz" and, when it was scheduled, "Technical interview: Rosa Diaz".
LABELLED = re.compile(r"outside change |interview (?!kind )")
LABEL = re.compile(r"(?s)(?P<title>.*)(?: with |: )(?P<name>.+)")
ON_THE_LIST = "organization's list: "
LOG = "audit_log"
# The places of names of candidates, and of their other words: table, id and word.
NAMES = (("candidates", "id", "name"), ("interviews", "candidate_id", "candidate_name"))
WORDS = (*NAMES, ("candidate_addresses", "candidate_id", "address"))


@dataclass(frozen=True)
class Old:
    id: str
    action: str
    target: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Known:
    """Ids of the present candidates by each name they had, and the words of each."""

    ids: dict[str, set[str]]
    words: dict[str, set[str]]


def name_by_id(db: Database) -> None:
    """Replace each name by the id of the one candidate who has it. Belongs inside write()."""
    columns = "id, action, target, old_value, new_value"
    found = db.execute(f"select {columns} from {LOG} order by at desc, id").fetchall()  # noqa: S608  # constants
    rows = [Old(*each) for each in found]
    if not rows:
        return
    known = _known(db, rows)
    changes = list(_changes(rows, known))
    _drop_triggers(db)
    values = "target = ?, old_value = ?, new_value = ?, candidate_id = ?"
    for new, candidate_id in changes:
        db.execute(
            f"update {LOG} set {values} where id = ?",  # noqa: S608  # a constant
            [new.target, new.old, new.new, candidate_id, new.id],
        )
    for each in IN_SQLITE:
        db.execute(each)


def _drop_triggers(db: Database) -> None:
    for change in ("update", "delete"):
        db.execute(f"drop trigger {LOG}_refuses_{change}")


def _known(db: Database, rows: Iterable[Old]) -> Known:
    known = Known(defaultdict(set), defaultdict(set))
    for place in WORDS:
        for id_, word in _words(db, *place):
            known.words[id_].add(word)
            if place in NAMES:
                known.ids[word].add(id_)
    for each in rows:  # the newest first, so a name leads to the one before it
        if each.action == "candidate changed" and each.old:
            before = each.old.split("; ")[0]
            known.ids[before] |= known.ids.get(each.target, set())
    return known


def _words(db: Database, table: str, id_: str, word: str) -> list[tuple[str, str]]:
    found = db.execute(f"select {id_}, {word} from {table} where {id_} is not null").fetchall()  # noqa: S608  # constants
    return [(str(each[0]), str(each[1])) for each in found]


def _changes(rows: Iterable[Old], known: Known) -> Iterator[tuple[Old, str | None]]:
    for each in rows:
        if each.target.startswith(ON_THE_LIST) and "@" in each.target:
            domain = each.target.rpartition("@")[2]
            yield replace(each, target=f"{ON_THE_LIST}an address at {domain}"), None
        elif name := _name(each, known):
            yield _without_name(each, name, known)


def _name(row: Old, known: Known) -> str:
    """The name of the candidate in a target. Empty if the row is about none."""
    if row.action in NAMED:
        is_mailbox = row.action.startswith("message ") and "@" in row.target
        return "" if is_mailbox else row.target
    if row.action == SOMETIMES_NAMED:
        return row.target if row.target in known.ids else ""
    label = LABEL.fullmatch(row.target) if LABELLED.match(row.action) else None
    return label["name"] if label else ""


def _without_name(row: Old, name: str, known: Known) -> tuple[Old, str | None]:
    """The row with a mark, and the id. Without one if none has the name now, or several have."""
    ids = known.ids.get(name, set())
    id_ = next(iter(ids)) if len(ids) == 1 else None
    mark = SEVERAL if len(ids) > 1 else MARK
    target = f"{row.target.removesuffix(name)}{mark}"
    if row.action in VALUES_OF_CANDIDATES:
        return replace(row, target=target, old=None, new=None), id_
    hide = partial(_hidden, words={name, *known.words.get(id_ or "", ())}, mark=mark)
    old, new = row.old and hide(row.old), row.new and hide(row.new)
    return replace(row, target=hide(target), old=old, new=new), id_


def _hidden(text: str, words: Iterable[str], mark: str) -> str:
    either = "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True) if each)
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", mark, text, flags=re.IGNORECASE)
