"""The fields of the candidate form."""

import re

from werkzeug.test import TestResponse

from portal.candidates import store
from portal.candidates.models import Candidate
from portal.storage.rows import Rows
from tests.support.raw_rows import raw

ROSA = {
    "name": "Rosa Ortega",
    "headline": "Product designer",
    "addresses": "rosa.ortega@mail.example\r\nrosa@work.example",
}


def number_in(answer: TestResponse) -> str:
    found = re.search(r'name="number"[^>]*value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


def only_candidate(rows: Rows) -> Candidate:
    return store.candidate(rows, next(raw(rows)["candidates"].rows)["id"])
