"""All SQL of backup and restore. It reads the views of other subjects and changes nothing."""

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


def people_count(rows: Rows) -> int:
    return rows.value(int, "select count(*) from people") or 0


def message_count(rows: Rows) -> int:
    return rows.value(int, "select count(*) from kept_messages") or 0


def people(rows: Rows) -> set[str]:
    """Ids of all users. Empty if they cannot be read."""
    try:
        return set(rows.all(str, "select id from people"))
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
