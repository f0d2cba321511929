"""All SQL for templates."""

from portal.composer.models import Template
from portal.errors import NotFound
from portal.storage.rows import Rows

TEMPLATES = """
select * from mail_templates where owner_id = :user or owner_id is null
order by case when owner_id is null then 1 else 0 end, folded_name, id
"""


def templates(rows: Rows, user_id: str) -> list[Template]:
    """A user's own templates, then the team's."""
    return rows.all(Template, TEMPLATES, {"user": user_id})


def template(rows: Rows, template_id: str, *, user_id: str) -> Template:
    """A template that this user may use. NotFound for another's."""
    listed = (each for each in templates(rows, user_id) if each.id == template_id)
    found = next(listed, None)
    if found is None:
        raise NotFound
    return found


def save(rows: Rows, changed: Template) -> None:
    """Belongs inside write(), as all changes here. The owner of a template never changes."""
    rows.execute(
        "insert into mail_templates (id, owner_id, name, folded_name, subject, text, updated_at, "
        "is_no_reply) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
        "name = excluded.name, folded_name = excluded.folded_name, "
        "subject = excluded.subject, text = excluded.text, "
        "updated_at = excluded.updated_at, is_no_reply = excluded.is_no_reply",
        [
            changed.id,
            changed.owner_id,
            changed.name,
            changed.folded_name,
            changed.subject,
            changed.text,
            changed.updated_at,
            changed.is_no_reply,
        ],
    )


def delete(rows: Rows, template_id: str) -> None:
    rows.execute("delete from mail_templates where id = ?", [template_id])
