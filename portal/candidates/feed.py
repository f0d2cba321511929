"""Feeds of any kind of entry. Other subjects declare kinds and write entries only through it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.audit.act import Act
from portal.candidates import feed_store as store
from portal.candidates.models import (
    Candidate,
    EarlierMail,
    FeedEntry,
    ImportProgress,
    Place,
    Written,
)
from portal.conversations.threads import threads_of
from portal.storage.rows import Rows


@dataclass(frozen=True)
class View:
    """A candidate's feed as one user sees it."""

    candidate: Candidate
    viewer_id: str
    is_test_mode: bool
    # The link of the page of the feed that is shown. None at the top.
    after: str | None = None
    time_zone: str = "UTC"
    # A colleague whose mail alone is shown.
    person: str | None = None


def nothing_written(_rows: Rows, _subject_ids: Collection[str], _viewer: str) -> dict[str, Written]:
    """The answer of kinds that are no mail."""
    return {}


def nothing_named(_rows: Rows, _subject_ids: Collection[str]) -> dict[str, str]:
    return {}


def nobody(_rows: Rows, _view: View) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class FeedKind:
    """A kind of feed entry, declared by the subject that owns it and listed in create_app().

    `load` takes the subject ids of one page. What it answers for an id goes to the macro
    `entry(shown, candidate_id)` of `template`; an entry without an answer is left out. `hidden`
    names the subjects of the feed that the viewer may not see, in one statement. `is_mail`: its
    subjects are messages, which deleting a candidate removes. `written` tells who wrote them, and
    `message_ids` their Message-IDs, of subjects that the viewer may see. `team` has the id and name
    of each colleague with mail in the feed, and `of_person` the subjects of one.
    """

    name: str
    load: Callable[[Rows, Collection[str], View], Mapping[str, Any]]
    hidden: Callable[[Rows, View], Collection[str]]
    template: str
    written: Callable[[Rows, Collection[str], str], Mapping[str, Written]] = nothing_written
    message_ids: Callable[[Rows, Collection[str]], Mapping[str, str]] = nothing_named
    team: Callable[[Rows, View], Collection[tuple[str, str]]] = nobody
    of_person: Callable[[Rows, View], Collection[str]] = nobody
    is_mail: bool = True


@dataclass(frozen=True)
class Correspondence:
    """Facts about mail with candidates, from the subjects that sync and send it."""

    former: Callable[[Rows, Candidate], list[str]]
    earlier: Callable[[Rows, str], EarlierMail]
    import_progress: Callable[[Rows, Collection[str]], ImportProgress]
    suggested_addresses: Callable[[Rows, Candidate, str], Sequence[Any]]
    undelivered: Callable[[Rows, Candidate, str], Sequence[Any]]


@dataclass(frozen=True)
class Coming:
    """The events that lie ahead. The answer of `load` goes to the macro `coming` of `template`."""

    load: Callable[[Rows, View], Sequence[Any]]
    template: str


@dataclass(frozen=True)
class Appointments:
    """Facts about interviews with candidates. `cancel_all` belongs inside a deletion's write()."""

    coming: Callable[[Rows, str, datetime], int]
    cancel_all: Callable[[Act, str], int]


@dataclass(frozen=True)
class Feeds:
    """Everything that other subjects add to the pages of candidates."""

    kinds: tuple[FeedKind, ...]
    correspondence: Correspondence
    coming: Coming
    appointments: Appointments


@dataclass(frozen=True)
class ShownEntry:
    """An entry as the page shows it: the template of its kind, and the values for it.

    `is_folded`: a later message of its thread is on the page.
    """

    template: str
    shown: Any
    happened_at: datetime
    is_folded: bool = False


@dataclass(frozen=True)
class FeedPage:
    """Some entries, newest first. `total` counts those that the viewer may see.

    Of all messages, `hidden` ones included, `only_here` are in no other candidate's feed and
    `elsewhere` are: a candidate is deleted with every message.
    """

    entries: tuple[ShownEntry, ...]
    total: int
    only_here: int
    elsewhere: int
    hidden: int
    older: Place | None


def page(
    rows: Rows,
    kinds: Collection[FeedKind],
    view: View,
    *,
    after: Place | None = None,
    size: int = store.PAGE_SIZE,
) -> FeedPage:
    """One page with entries of all kinds. Each kind is loaded once."""
    by_name = {kind.name: kind for kind in kinds}
    hidden = hidden_from(rows, kinds, view)
    found = store.feed(
        rows,
        view.candidate.id,
        kinds=by_name,
        hidden=hidden,
        only=_of_person(rows, kinds, view),
        after=after,
        size=size,
    )
    mail = [kind.name for kind in kinds if kind.is_mail]
    only_here = store.count_of_no_other(rows, view.candidate.id, kinds=mail)
    subjects: dict[str, list[str]] = {}
    for entry in found.entries:
        subjects.setdefault(entry.kind, []).append(entry.subject_id)
    loaded = {name: by_name[name].load(rows, ids, view) for name, ids in subjects.items()}
    folded = _answered(rows, by_name, found.entries)
    return FeedPage(
        entries=tuple(
            ShownEntry(
                by_name[entry.kind].template,
                loaded[entry.kind][entry.subject_id],
                entry.happened_at,
                is_folded=entry.id in folded,
            )
            for entry in found.entries
            if entry.subject_id in loaded[entry.kind]
        ),
        total=found.total,
        only_here=only_here,
        elsewhere=store.count(rows, view.candidate.id, kinds=mail, hidden=()) - only_here,
        hidden=len(hidden),
        older=found.older,
    )


def team(rows: Rows, kinds: Collection[FeedKind], view: View) -> list[tuple[str, str]]:
    """The colleagues with mail in this feed, by name: their ids and names."""
    found = {person for kind in kinds for person in kind.team(rows, view)}
    return sorted(found, key=lambda person: (person[1].casefold(), person[0]))


def _of_person(rows: Rows, kinds: Collection[FeedKind], view: View) -> set[str] | None:
    """The subjects of the one colleague whose mail is shown. None for all of them."""
    if view.person is None:
        return None
    return {subject for kind in kinds for subject in kind.of_person(rows, view)}


def _answered(rows: Rows, kinds: Mapping[str, FeedKind], entries: Sequence[FeedEntry]) -> set[str]:
    """The entries that a later one of these answers: those below it in its thread."""
    subjects: dict[str, list[str]] = {}
    for entry in entries:
        subjects.setdefault(entry.kind, []).append(entry.subject_id)
    known = {name: kinds[name].message_ids(rows, ids) for name, ids in subjects.items()}
    named = {entry.id: known[entry.kind].get(entry.subject_id) for entry in entries}
    ids = {each for each in named.values() if each}
    threads = threads_of(rows, ids) if ids else []
    thread_of = {each: number for number, thread in enumerate(threads) for each in thread}
    met: set[int] = set()
    folded = set()
    for entry in entries:
        message_id = named[entry.id]
        if message_id is None:
            continue
        if thread_of[message_id] in met:
            folded.add(entry.id)
        met.add(thread_of[message_id])
    return folded


def hidden_from(rows: Rows, kinds: Collection[FeedKind], view: View) -> set[str]:
    """The subjects of the feed that the viewer may not see."""
    return {subject for kind in kinds for subject in kind.hidden(rows, view)}


def add_all(
    rows: Rows, entries: Iterable[tuple[str, str, datetime]], *, kind: str, now: datetime
) -> None:
    """Add entries of one kind: candidate, subject and time. Belongs inside write()."""
    store.add_entries(rows, entries, kind=kind, created_at=now)


def remove(rows: Rows, candidate_id: str, subject_ids: Collection[str], *, kind: str) -> None:
    """Remove entries from one feed. Belongs inside write()."""
    store.delete_entries(rows, candidate_id, subject_ids, kind=kind)


def remove_everywhere(rows: Rows, subject_ids: Collection[str], *, kind: str) -> None:
    """Remove deleted subjects from all feeds. Belongs inside write()."""
    store.delete_subjects(rows, subject_ids, kind=kind)
