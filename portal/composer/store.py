"""All SQL for drafts and their files."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

import orjson

from portal.composer.models import About, Draft, Fields, OtherDraft
from portal.outbox.models import File
from portal.storage.rows import Rows

NAMES = {each.name for each in fields(Fields)}


@dataclass(frozen=True)
class _Row:
    """A draft as its table has it; `fields` is JSON."""

    id: str
    author_id: str
    candidate_id: str
    answers: str
    repeats: str
    form_number: str
    fields: str
    updated_at: datetime


def draft(rows: Rows, about: About) -> Draft | None:
    """The draft about this, with the contents of its files."""
    found = rows.one(
        _Row,
        "select * from drafts where author_id = ? and candidate_id = ? and answers = ? "
        "and repeats = ?",
        [about.author_id, about.candidate_id, about.answers, about.repeats],
    )
    if found is None:
        return None
    return Draft(
        found.id,
        about,
        found.form_number,
        _fields(found.fields),
        found.updated_at,
        tuple(_files(rows, found.id)),
    )


def others(rows: Rows, about: About) -> list[OtherDraft]:
    """The author's other drafts to this candidate, the latest first."""
    found = rows.all(
        _Row,
        "select * from drafts where author_id = ? and candidate_id = ? "
        "and not (answers = ? and repeats = ?) order by updated_at desc, id",
        [about.author_id, about.candidate_id, about.answers, about.repeats],
    )
    return [
        OtherDraft(each.answers, each.repeats, _fields(each.fields).subject, each.updated_at)
        for each in found
    ]


def _fields(text: str) -> Fields:
    known: dict[str, Any] = orjson.loads(text)
    return Fields(**{name: str(value) for name, value in known.items() if name in NAMES})


def _files(rows: Rows, draft_id: str) -> list[File]:
    return rows.all(
        File,
        "select id, name, content_type, size, content from draft_files where draft_id = ? "
        "order by position, id",
        [draft_id],
    )


def save(rows: Rows, changed: Draft) -> Draft:
    """Save a draft without its files. It keeps the id that it had. Belongs inside write()."""
    about = changed.about
    rows.execute(
        "insert into drafts (id, author_id, candidate_id, answers, repeats, form_number, fields, "
        "updated_at) values (?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (author_id, candidate_id, answers, repeats) do update set "
        "form_number = excluded.form_number, fields = excluded.fields, "
        "updated_at = excluded.updated_at",
        [
            changed.id,
            about.author_id,
            about.candidate_id,
            about.answers,
            about.repeats,
            changed.form_number,
            orjson.dumps(asdict(changed.fields)).decode(),
            changed.updated_at,
        ],
    )
    return replace(changed, id=_id(rows, about) or changed.id)


def _id(rows: Rows, about: About) -> str | None:
    return rows.value(
        str,
        "select id from drafts where author_id = ? and candidate_id = ? and answers = ? "
        "and repeats = ?",
        [about.author_id, about.candidate_id, about.answers, about.repeats],
    )


def add_files(rows: Rows, draft_id: str, files: Iterable[File], *, after: int) -> None:
    """Add files behind those that are there. Belongs inside write(), as all that follow."""
    rows.many(
        "insert into draft_files (id, draft_id, position, name, content_type, size, content) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                each.id,
                draft_id,
                after + place,
                each.name,
                each.content_type,
                each.size,
                each.content,
            )
            for place, each in enumerate(files)
        ],
    )


def remove_file(rows: Rows, draft_id: str, file_id: str) -> None:
    rows.execute("delete from draft_files where draft_id = ? and id = ?", [draft_id, file_id])


def delete(rows: Rows, about: About) -> None:
    rows.execute(
        "delete from drafts where author_id = ? and candidate_id = ? and answers = ? "
        "and repeats = ?",
        [about.author_id, about.candidate_id, about.answers, about.repeats],
    )


def delete_old(rows: Rows, *, before: datetime) -> None:
    rows.execute("delete from drafts where updated_at < ?", [before])
