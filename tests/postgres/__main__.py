"""Prepare what the tests have recorded: `python -m tests.postgres FOLDER`, after all tests."""

import sys
from pathlib import Path

from tests.architecture.sources import modules
from tests.postgres import check
from tests.postgres.recording import recorded
from tests.postgres.sent import VALUE, in_one_line, unsent, written
from tests.postgres.server import running_postgres
from tests.support import needs


def main(folder: Path) -> int:
    missing = needs.without_postgres()
    if missing is not None:
        print(f"NOT RUN: statements were not prepared in PostgreSQL, because {missing}.")
        return int(needs.REQUIRE_ALL)
    statements, stores = recorded(folder), [*written(modules("portal"))]
    left_out = unsent(stores, statements)
    with running_postgres() as postgres:
        refused = [*check.make_schema(postgres).values(), *check.refusals(postgres, statements)]
    for line in refused:
        print(f"PostgreSQL refuses: {line}")
    for each in left_out:
        print(f"No test sends: {each.place} {in_one_line(each.text).replace(VALUE, '…')[:80]}")
    print(
        f"PostgreSQL prepared {len(statements) - len(refused)} of {len(statements)} recorded "
        f"statements; tests sent {len(stores) - len(left_out)} of {len(stores)} in the stores."
    )
    return int(bool(refused or left_out))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
