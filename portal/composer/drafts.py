"""Keep mail before it is sent. A draft belongs to its author alone."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from portal.characters import complaint
from portal.composer import store
from portal.composer.models import KEPT_FOR, About, Draft, Fields
from portal.outbox import store as outbox
from portal.outbox.intake import require_files
from portal.outbox.models import LONGEST_TEXT, File
from portal.storage.ids import new_id
from portal.storage.rows import Rows

LONGEST_LINE = 20_000


def kept(rows: Rows, about: About, *, now: datetime) -> Draft | None:
    """The draft about this, unless it is too old."""
    found = store.draft(rows, about)
    return found if found and now - found.updated_at < KEPT_FOR else None


def save(rows: Rows, draft: Draft, new_files: Sequence[File] = (), *, now: datetime) -> Draft:
    """Save a draft with further files, and forget all drafts that are too old.

    Nothing is kept of a form that was sent already, nor of text that no mail may have.
    """
    if outbox.by_form(rows, draft.form_number) is not None or not _is_storable(draft.fields):
        return draft
    with rows.write():
        store.delete_old(rows, before=now - KEPT_FOR)
        known = store.draft(rows, draft.about)
        # Files of the mail that this one repeats are taken over by the first save.
        files = known.files if known else draft.files
        require_files([*files, *new_files])
        saved = store.save(rows, replace(draft, updated_at=now))
        fresh = new_files if known else _copied([*files, *new_files])
        store.add_files(rows, saved.id, fresh, after=len(known.files) if known else 0)
    return store.draft(rows, draft.about) or saved


def _is_storable(typed: Fields) -> bool:
    return not any(
        complaint(
            getattr(typed, each.name),
            LONGEST_TEXT if each.name == "text" else LONGEST_LINE,
            is_one_line=each.name != "text",
        )
        for each in fields(typed)
    )


def _copied(files: Sequence[File]) -> list[File]:
    return [replace(each, id=new_id()) for each in files]


def remove_file(rows: Rows, draft: Draft, place: int, *, now: datetime) -> Draft:
    """Remove the file at this place of the list. Does nothing if there is none."""
    with rows.write():
        saved = save(rows, draft, now=now)
        if 0 <= place < len(saved.files):
            store.remove_file(rows, saved.id, saved.files[place].id)
    return store.draft(rows, draft.about) or saved


def discard(rows: Rows, about: About) -> None:
    with rows.write():
        store.delete(rows, about)
