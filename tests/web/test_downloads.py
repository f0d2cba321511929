"""Tables as CSV downloads."""

import csv
import io

import pytest
from flask import Flask

from portal.web.downloads import NAME_LENGTH, csv_download, safe_name, safe_type


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


@pytest.mark.parametrize(
    "unseen",
    ["\0", "\v", "\f", "\x85", "\xa0", "\u200b", "\u2060", "\ufeff", "\u202e", "\U000e0041"],
)
@pytest.mark.parametrize("before", ["", " ", "\u200b\xa0"])
def test_formulas_behind_unseen_characters_are_neutralised(
    app: Flask, unseen: str, before: str
) -> None:
    with app.test_request_context():
        answer = csv_download("list.csv", ["a"], [[f"{before}{unseen}=1"]])

    assert f"'{before}{unseen}=1" in answer.get_data(as_text=True)


def test_other_cells_stay_as_they_are(app: Flask) -> None:
    row = ("Rosa", 'quoted "word", and comma', "two\nlines", None, 7, "名前")

    assert cells(app, *row) == ["Rosa", 'quoted "word", and comma', "two\nlines", "", "7", "名前"]


def test_table_is_a_download(app: Flask) -> None:
    with app.test_request_context():
        answer = csv_download("list.csv", ["a"], [])

    assert answer.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Rosa Ortega CV.pdf", "Rosa Ortega CV.pdf"),
        ("Lebenslauf für Zoë.pdf", "Lebenslauf für Zoë.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\cv.pdf", "cv.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ('a"; filename="b.html\r\nX: y', "a ; filename= b.htmlX y"),
        ("a\x00b\ud800.txt", "ab.txt"),
        (".htaccess", "htaccess"),
        ("...", "attachment"),
        ("", "attachment"),
        ("n" * 300 + ".docx", "n" * (NAME_LENGTH - 5) + ".docx"),
        ("n" * 300, "n" * NAME_LENGTH),
    ],
)
def test_name_is_cleaned(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("kind", "announced"),
    [
        ("application/pdf", "application/pdf"),
        ("Text/Plain; charset=utf-8", "text/plain"),
        ("image/png", "image/png"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/javascript", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/plain\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_active_types_are_sent_as_bytes(kind: str, announced: str) -> None:
    assert safe_type(kind) == announced
