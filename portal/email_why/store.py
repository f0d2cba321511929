"""All SQL that only explanations need. It reads the views of candidates and changes nothing."""

from portal.storage.rows import Rows


def feeds_of(rows: Rows, message_ids: set[str]) -> dict[str, list[tuple[str, str]]]:
    """The candidates, id and name, in whose feeds these messages are."""
    found: dict[str, list[tuple[str, str]]] = {}
    for message_id, candidate_id, name in rows.all(
        tuple,
        "select e.subject_id, c.id, c.name from shown_in_feeds e "
        "join candidate_names c on c.id = e.candidate_id "
        "where e.kind = 'email' and e.subject_id in :ids order by c.name, c.id",
        {"ids": message_ids},
    ):
        found.setdefault(message_id, []).append((candidate_id, name))
    return found


def names_of(rows: Rows, candidate_ids: set[str]) -> dict[str, str]:
    found = rows.all(
        tuple, "select id, name from candidate_names where id in :ids", {"ids": candidate_ids}
    )
    return dict(found)
