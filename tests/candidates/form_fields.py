"""The fields of the candidate form."""

import re

from werkzeug.test import TestResponse

ROSA = {
    "name": "Rosa Ortega",
    "headline": "Product designer",
    "addresses": "rosa.ortega@mail.example\r\nrosa@work.example",
}


def number_in(answer: TestResponse) -> str:
    found = re.search(r'name="number"[^>]*value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]
