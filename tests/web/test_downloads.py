"""Tables as CSV downloads."""

import csv
import io

import pytest
from flask import Flask

from portal.web.downloads import csv_download


def cells(app: Flask, *row: object) -> list[str]:
    with app.test_request_context():
        answer = csv_download("list.csv", ["a"] * len(row), [row])
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))[1]


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1"]
)
def test_formulas_are_neutralised(app: Flask, formula: str) -> None:
    assert cells(app, formula) == [f"'{formula}"]


def test_other_cells_stay_as_they_are(app: Flask) -> None:
    row = ("Rosa", 'quoted "word", and comma', "two\nlines", None, 7, "名前")

    assert cells(app, *row) == ["Rosa", 'quoted "word", and comma', "two\nlines", "", "7", "名前"]


def test_table_is_a_download(app: Flask) -> None:
    with app.test_request_context():
        answer = csv_download("list.csv", ["a"], [])

    assert answer.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
