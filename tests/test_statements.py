"""A page does not ask the database once for each row that it shows."""

from pathlib import Path

import pytest

from tests.support import page_statements, statements
from tests.support.page_statements import Counts
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in, stranger


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return page_statements.counts(tmp_path_factory.mktemp("portals"))


def test_statements_do_not_grow_with_rows(counts: Counts) -> None:
    growing = {path for path, (few, more) in counts.items() if more > few}

    assert growing == set()


def test_statements_are_heard(tmp_path: Path) -> None:
    app = portal_in(tmp_path / "instance")
    rows = app.extensions["portal"].rows

    with statements.heard(app) as sent:
        with rows.write():
            raw(rows).execute("select 1")
        stranger(app).get("/signin")
    raw(rows).execute("select 2")

    assert sent[0] == "select 1"
    assert len(sent) > 1
    assert "select 2" not in sent
