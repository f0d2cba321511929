"""The list of candidates as one person sees it: who wrote last, and what they have not seen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.addresses import stands_for
from portal.candidates import list_store, store
from portal.candidates.feed import FeedKind
from portal.candidates.list_store import Last, Wanted
from portal.candidates.models import Candidate, Written
from portal.storage.rows import Rows

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """A candidate with the last message. Without one, `last` and `written` are None."""

    candidate: Candidate
    last: Last | None = None
    written: Written | None = None

    @property
    def is_unread(self) -> bool:
        """Whether somebody else wrote since the viewer's visit."""
        is_own = self.written is not None and self.written.is_own
        return self.last is not None and self.last.is_new and not is_own

    @property
    def writer(self) -> str:
        """The writer of the last message: `You`, a name, or an address without one."""
        if self.written is None:
            return ""
        if self.written.is_own:
            return "You"
        if _is_from(self.candidate, self.written):
            return self.candidate.name
        return self.written.name or self.written.addresses[0]


@dataclass(frozen=True)
class CandidateList:
    """One page of the list. `total` counts all results."""

    lines: tuple[Line, ...]
    total: int
    number: int
    size: int

    @property
    def page_count(self) -> int:
        return max(1, -(-self.total // self.size))


def page(
    rows: Rows,
    kinds: Collection[FeedKind],
    wanted: Wanted,
    *,
    viewer: str,
    number: int,
    size: int,
) -> CandidateList:
    """Candidates with the newest mail first, then those without any by name."""
    mail = {kind.name: kind for kind in kinds if kind.is_mail}
    if wanted.waiting:
        every = _waiting(rows, mail, wanted, viewer)
        ids, total = every[(number - 1) * size : number * size], len(every)
    else:
        ids, total = list_store.found(
            rows, wanted, viewer=viewer, kinds=mail, page=number, size=size
        )
    lasts = list_store.lasts(rows, ids, viewer=viewer, kinds=mail)
    written = _written(rows, mail, lasts.values(), viewer)
    lines = (
        Line(each, lasts.get(each.id), written.get(each.id)) for each in store.by_ids(rows, ids)
    )
    return CandidateList(tuple(lines), total, number, size)


def note_visit(rows: Rows, kinds: Iterable[FeedKind], candidate_id: str, *, viewer: str) -> None:
    """Note that a person saw the newest mail with a candidate."""
    mail = [kind.name for kind in kinds if kind.is_mail]
    last = list_store.lasts(rows, [candidate_id], viewer=viewer, kinds=mail).get(candidate_id)
    list_store.note_visit(rows, viewer, candidate_id, last.place if last else None)


def _waiting(rows: Rows, mail: Mapping[str, FeedKind], wanted: Wanted, viewer: str) -> list[str]:
    """The candidates who wrote last. Addresses are compared here, as sync compares them."""
    received = list_store.received(rows, wanted, viewer=viewer, kinds=mail)
    owned = store.folded_addresses(rows, [each for each, *_ in received])
    return [
        candidate_id
        for candidate_id, sender, by, _ in received
        if any(form in owned[candidate_id] for each in (sender, by) for form in stands_for(each))
    ]


def _written(
    rows: Rows, mail: Mapping[str, FeedKind], lasts: Iterable[Last], viewer: str
) -> dict[str, Written]:
    """The facts about the last message, by candidate. Each kind is asked once."""
    subjects: dict[str, list[str]] = {}
    by_subject: dict[tuple[str, str], list[str]] = {}
    for each in lasts:
        subjects.setdefault(each.kind, []).append(each.subject_id)
        by_subject.setdefault((each.kind, each.subject_id), []).append(each.candidate_id)
    found = {name: mail[name].written(rows, ids, viewer) for name, ids in subjects.items()}
    return {
        candidate_id: found[name][subject_id]
        for (name, subject_id), candidate_ids in by_subject.items()
        for candidate_id in candidate_ids
        if subject_id in found[name]
    }


def _is_from(candidate: Candidate, written: Written) -> bool:
    return not written.is_own and any(map(candidate.has_address, written.addresses))
