"""All SQL that only a restore needs. It reads the views of other subjects and changes nothing."""

from portal.storage.rows import DatabaseFailed, Rows


def people_disconnected_in(present: Rows) -> set[str]:
    """Users without a working connection. Empty if that cannot be read."""
    try:
        found = present.all(
            str,
            "select u.id from people u left join working_connections c on c.user_id = u.id "
            "where c.user_id is null",
        )
        return set(found)
    except DatabaseFailed:
        return set()


def has_consent(present: Rows) -> bool:
    """Whether the organization's consent is in use. True if that cannot be read."""
    try:
        return present.value(int, "select 1 from organization_consents") is not None
    except DatabaseFailed:
        return True


def working_people(rows: Rows) -> list[str]:
    return rows.all(str, "select user_id from working_connections order by user_id")
