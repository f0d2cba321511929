"""All SQL for signatures."""

from portal.composer.models import Signature
from portal.storage.rows import Rows

SIGNATURES = """
select s.id, s.user_id, s.text, s.updated_at, s.alias_id, f.address from signatures s
left join sending_addresses f on f.alias_id = s.alias_id
where s.user_id = :user order by case when s.alias_id is null then 0 else 1 end, f.folded, s.id
"""


def signatures(rows: Rows, user_id: str) -> list[Signature]:
    """The one for all addresses first. One of an address that is off is left out."""
    found = rows.all(Signature, SIGNATURES, {"user": user_id})
    return [each for each in found if each.alias_id is None or each.address]


def save(rows: Rows, changed: Signature) -> None:
    """Belongs inside write(), as all changes here."""
    rows.execute(
        "insert into signatures (id, user_id, alias_id, text, updated_at) values (?, ?, ?, ?, ?) "
        "on conflict (id) do update set text = excluded.text, updated_at = excluded.updated_at",
        [changed.id, changed.user_id, changed.alias_id, changed.text, changed.updated_at],
    )


def delete(rows: Rows, signature_id: str, *, owner: str) -> None:
    rows.execute("delete from signatures where id = ? and user_id = ?", [signature_id, owner])
