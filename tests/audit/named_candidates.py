"""Names and addresses of candidates in the audit log, which no test may leave behind."""

from pathlib import Path

from portal.storage.rows import DatabaseFailed
from portal.storage.sqlite_rows import SqliteRows

# Every name and address that is known of a candidate, beside every row that has it. A colleague may
# have the same ones, what a stranger typed in at sign-in is theirs, and an alias is a person's even
# if it is a candidate's address by now.
FOUND = """
with words as (
    select name as word from candidates
    union select address from candidate_addresses
    union select candidate_name from interviews where candidate_id is not null
    union select candidate_address from interviews where candidate_id is not null
), ours as (
    select display_name as word from users union select address from users
    union select address from aliases union select display_name from directory_entries
), texts as (
    select action,
        target || ' ' || coalesce(old_value, '') || ' ' || coalesce(new_value, '') as said
    from audit_log where action not in ('sign-in refused', 'alias included', 'alias left out')
)
select distinct action || ' says ' || word from texts, words
where length(word) > 3 and lower(word) not in (select lower(word) from ours)
    and instr(lower(said), lower(word)) > 0
"""


def found_in(file: Path) -> list[str]:
    """Each action whose rows name a candidate who is still there. Empty without such tables."""
    if not file.exists():
        return []
    rows = SqliteRows.at_rest(file, read_only=True)
    try:
        return sorted(rows.all(str, FOUND))
    except DatabaseFailed:  # a damaged or older file that a test made
        return []
    finally:
        rows.close()
