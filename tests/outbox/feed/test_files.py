"""Files of sent mail: downloaded by those who see its text, while their contents are kept."""

from dataclasses import replace

from flask import Flask

from portal import clock
from portal.storage.rows import Rows
from tests.outbox import sent_mail
from tests.support.visitors import visitor

FEED = "/candidates/rosa"
NAMES = ("priya", "ben", "kim")


def sent(rows: Rows, *names: str, content: str | None = "aGVsbG8=") -> None:
    files = tuple(sent_mail.file(each, content=content) for each in names)
    sent_mail.keep(rows, sent_mail.seen("m1", now=clock.utc_now()), files=files)


def test_a_file_is_downloaded_and_never_shown(app: Flask, team: Rows) -> None:
    sent(team, "offer.pdf")
    path = f"{FEED}/sent/m1/files/file-offer.pdf"

    for name in ("priya", "ben"):
        page = visitor(app, name).get(FEED).text
        answer = visitor(app, name).get(path)
        assert f'href="{path}"' in page
        assert (answer.status_code, answer.data) == (200, b"hello")
        assert answer.headers["Content-Disposition"] == "attachment; filename=offer.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_name_and_type_of_a_file_are_safe(app: Flask, team: Rows) -> None:
    bad = replace(sent_mail.file("x"), name='../a"\u202efdp.html', content_type="text/html")
    sent_mail.keep(team, sent_mail.seen("m1", now=clock.utc_now()), files=(bad,))

    answer = visitor(app, "priya").get(f"{FEED}/sent/m1/files/file-x")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="a fdp.html"'
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_a_file_whose_content_was_dropped_says_so(app: Flask, team: Rows) -> None:
    sent(team, "offer.pdf", content=None)
    priya = visitor(app, "priya")

    answer = priya.get(f"{FEED}/sent/m1/files/file-offer.pdf")

    assert "no longer kept" in priya.text(FEED)
    assert "/files/" not in priya.get(FEED).text
    assert answer.status_code == 410
    assert "Portal keeps a file for 7 days after its message went out" in answer.text


def test_nobody_else_gets_a_file(app: Flask, team: Rows) -> None:
    sent(team, "offer.pdf")
    priya = visitor(app, "priya")

    for path in (
        f"{FEED}/sent/m1/files/unknown",
        f"{FEED}/sent/m2/files/file-offer.pdf",
        "/candidates/mei/sent/m1/files/file-offer.pdf",
    ):
        assert priya.get(path).status_code == 404
    priya.post(f"{FEED}/sent/m1/hiding")
    found = [visitor(app, name).get(f"{FEED}/sent/m1/files/file-offer.pdf") for name in NAMES]
    assert [each.status_code for each in found] == [200, 404, 403]
