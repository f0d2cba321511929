"""The cast as users, and what the audit log says about them."""

from datetime import datetime

from portal.addresses import fold
from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.storage.rows import Rows
from portal.time_zones import ZoneFrom
from portal.users import store
from portal.users.models import Role, Source, User

LOCAL = "local@northwind.example"
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
PASSWORD = "a long walk by the harbour"


def person(name: str, *, role: str = "member", now: datetime, **more: object) -> User:
    """`priya` is the id of Priya Kaur, and her object id in Microsoft's directory too."""
    first = name.split()[0].lower()
    fields: dict[str, object] = {
        "id": first,
        "address": f"{first}@northwind.example",
        "display_name": name,
        "role": Role(role),
        "source": Source.INVITATION,
        "created_at": now,
        "tenant_id": TENANT,
        "object_id": f"object-{first}",
        "zone_from": ZoneFrom.PERSON,
    }
    fields |= more
    if fields.get("password_hash"):
        fields.setdefault("sign_in_address", fold(str(fields["address"])))
    return User(**fields)  # type: ignore[arg-type]  # any field may be given


def add(rows: Rows, *people: User) -> None:
    with rows.write():
        for each in people:
            store.add(rows, each)


def acts(rows: Rows) -> set[tuple[str, str, str]]:
    """Action, target and result of every audit entry."""
    return {(entry.action, entry.target, entry.result) for entry in audit.entries(rows, Wanted())}
