"""Templates: a member's own, and those of the team, which administrators change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.characters import complaint, missing
from portal.composer import placeholders
from portal.composer import template_store as store
from portal.composer.models import Template
from portal.errors import Invalid, NotAllowed
from portal.outbox.models import LONGEST_SUBJECT, LONGEST_TEXT
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.wording import number

LONGEST_NAME = 80
MOST = 200
LABELS = {"name": "Name", "subject": "Subject", "text": "Message"}
NOT_YOURS = "Only administrators change the team's templates."


@dataclass(frozen=True)
class Written:
    """A template as a form has it."""

    name: str
    subject: str
    text: str
    is_no_reply: bool = False


def add(act: Act, written: Written, *, user_id: str, is_admin: bool, for_team: bool) -> Template:
    """Add a template. A second one of the same name in the same list is refused."""
    if for_team and not is_admin:
        raise NotAllowed(NOT_YOURS)
    owner_id = None if for_team else user_id
    made = Template(
        id=new_id(),
        owner_id=owner_id,
        name=written.name,
        folded_name=written.name.casefold(),
        subject=written.subject,
        text=written.text,
        updated_at=act.now,
        is_no_reply=written.is_no_reply,
    )
    with act.rows.write():
        others = _require_savable(act.rows, made, user_id)
        if len(others) >= MOST:
            raise Invalid(f"There are {number(MOST)} templates in this list. Remove one first.")
        store.save(act.rows, made)
        _record(act, Action.TEMPLATE_OF_TEAM_ADDED, made)
    return made


def change(
    act: Act, known: Template, written: Written, *, user_id: str, is_admin: bool
) -> Template:
    require_changeable(known, is_admin=is_admin)
    with act.rows.write():
        known = store.template(act.rows, known.id, user_id=user_id)  # perhaps removed since
        changed = replace(
            known,
            name=written.name,
            folded_name=written.name.casefold(),
            subject=written.subject,
            text=written.text,
            updated_at=act.now,
            is_no_reply=written.is_no_reply,
        )
        _require_savable(act.rows, changed, user_id)
        store.save(act.rows, changed)
        _record(act, Action.TEMPLATE_OF_TEAM_CHANGED, changed)
    return changed


def remove(act: Act, known: Template, *, is_admin: bool) -> None:
    require_changeable(known, is_admin=is_admin)
    with act.rows.write():
        store.delete(act.rows, known.id)
        _record(act, Action.TEMPLATE_OF_TEAM_REMOVED, known)


def require_changeable(known: Template, *, is_admin: bool) -> None:
    if known.is_of_team and not is_admin:
        raise NotAllowed(NOT_YOURS)


def _require_savable(rows: Rows, made: Template, user_id: str) -> list[Template]:
    """Refuse what no mail may have, and unknown placeholders. Returns the others of its list."""
    _require_text(made.name, LONGEST_NAME, "name")
    _require_text(made.subject, LONGEST_SUBJECT, "subject")
    _require_text(made.text, LONGEST_TEXT, "text", is_one_line=False)
    listed = store.templates(rows, user_id)
    others = [each for each in listed if each.owner_id == made.owner_id and each.id != made.id]
    _require_new_name(made, others)
    return others


def _require_text(text: str, longest: int, field: str, *, is_one_line: bool = True) -> None:
    problem = complaint(text, longest, is_one_line=is_one_line)
    if problem or not text.strip():
        raise Invalid(problem or missing(LABELS[field]), field=field)
    found = placeholders.unknown(text) if field != "name" else None
    if found is not None:
        raise Invalid(
            f"{found} is no placeholder. Portal knows {placeholders.LISTED}.", field=field
        )


def _require_new_name(made: Template, others: Iterable[Template]) -> None:
    if any(each.folded_name == made.folded_name for each in others):
        whose = "The team has" if made.is_of_team else "You have"
        raise Invalid(f"{whose} another template of this name.", field="name")


def _record(act: Act, action: Action, known: Template) -> None:
    """The audit log has changes of the team's templates, since they affect the whole team."""
    if known.is_of_team:
        act.record(action, known.name)
