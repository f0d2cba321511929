"""The pages of an import: works, limited, someone else's, bad id, sent twice, bad files."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal import clock
from portal.candidates.flash_texts import CandidateFlash
from portal.storage.rows import Rows
from portal.worker import chores
from tests import pages
from tests.claims.checks import claims
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import HOME, TOKEN, Visitor, stranger, visitor, words

GOOD = b"name,email\nRosa Ortega,rosa@mail.example\n<b>Kai</b>,kai@mail.example\n"
BROKEN = b"name,email\nRosa Ortega,rosa\n,kai@mail.example\n"
PARTLY = BROKEN + b"Noa,noa@mail.example\n"
FORM = "/candidates/import"


def upload(visitor: Visitor, content: bytes, *, token: str | None = None) -> TestResponse:
    """Upload a file. Encoded by hand: the test client leaves large bodies open on the disk."""
    if token is None:
        found = TOKEN.search(visitor.get("/settings/email").text)
        token = found[1] if found else ""
    file = FileStorage(BytesIO(content), "list.csv")
    boundary, body = encode_multipart({"csrf_token": token, "file": file})
    return visitor.client.post(
        FORM,
        base_url=HOME,
        data=body,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers={"Origin": HOME, "Sec-Fetch-Site": "same-origin"},
    )


@pytest.fixture
def preview(priya: Visitor) -> str:
    answer = upload(priya, GOOD)
    assert answer.status_code == 303
    return str(answer.location)


def test_form_keeps_the_page_rules_and_is_linked(priya: Visitor) -> None:
    answer = priya.get(FORM)

    assert pages.complaints(answer.text) == []
    assert 'href="/candidates/import/sample"' in answer.text
    assert f'href="{FORM}"' in priya.get("/candidates").text


def test_sample_is_a_download(priya: Visitor) -> None:
    answer = priya.get("/candidates/import/sample")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sample.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbfname,headline,email,email 2,time zone\r\n")


def test_preview_adds_nothing_yet(rows: Rows, priya: Visitor, preview: str) -> None:
    answer = priya.get(preview)

    assert pages.complaints(answer.text) == []
    assert "2 candidates would be added. Nothing is added yet." in words(answer)
    assert "&lt;b&gt;Kai&lt;/b&gt;" in answer.text
    assert raw(rows)["candidates"].count == 0


def test_time_zone_is_shown_and_imported(rows: Rows, priya: Visitor) -> None:
    content = b"name,email,time zone\nRosa,r@mail.example,America/New_York\nKai,k@mail.example,\n"
    preview = upload(priya, content).location
    assert "America/New York" in priya.text(preview)

    priya.post(preview)

    zones = raw(rows).query("select name, time_zone from candidates order by name")
    assert [tuple(row.values()) for row in zones] == [("Kai", ""), ("Rosa", "America/New_York")]


def test_guessed_encoding_is_said(priya: Visitor) -> None:
    answer = upload(priya, "name,email\nJosé,jose@mail.example".encode("cp1252"))

    text = priya.text(answer.location)

    assert "was read as Windows-1252 (Western European). Check the names" in text
    assert "José" in text


def test_preview_shows_fifty_and_warns(rows: Rows, priya: Visitor) -> None:
    builders.candidate(rows, "Ana Lima", "c7@mail.example", now=clock.utc_now())
    found = "".join(f"C {number},c{number}@mail.example\n" for number in range(60))

    text = priya.text(upload(priya, f"name,email,phone\n{found}".encode()).location)

    assert "The first 50 of 60 candidates." in text
    assert "c7@mail.example is also an address of Ana Lima." in text
    assert "These columns are not used: phone." in text
    assert "c49@mail.example" in text
    assert "c50@mail.example" not in text


def test_broken_lines_are_listed_and_nothing_is_stored(rows: Rows, priya: Visitor) -> None:
    answer = upload(priya, BROKEN)

    text = words(answer)
    assert answer.status_code == 422
    assert pages.complaints(answer.text) == []
    assert "0 of 2 rows can be imported." in text
    assert "Nothing was imported. Fix these lines and upload the file again." in text
    assert "3 The name is missing." in text
    assert "/candidates/imports/" not in answer.text
    assert (raw(rows)["candidate_imports"].count, raw(rows)["candidates"].count) == (0, 0)


def test_good_rows_are_imported_and_broken_ones_left_out(rows: Rows, priya: Visitor) -> None:
    answer = upload(priya, PARTLY)

    text = words(answer)
    assert answer.status_code == 200
    assert pages.complaints(answer.text) == []
    assert "1 of 3 rows can be imported. Nothing is added yet." in text
    assert "Line 2 “rosa” is not an email address" in text
    assert "Line 3 The name is missing." in text
    assert raw(rows)["candidates"].count == 0
    (path,) = set(re.findall(r"/candidates/imports/[\w-]+", answer.text))
    assert "Import 1 candidate" in text
    assert priya.post(path).status_code == 303
    assert [each["name"] for each in raw(rows)["candidates"].rows] == ["Noa"]


def test_import_leads_to_its_progress(rows: Rows, priya: Visitor, preview: str) -> None:
    answer = priya.post(preview)

    shown = priya.get(answer.location)
    assert (answer.status_code, answer.location) == (303, preview)
    assert pages.complaints(shown.text) == []
    assert "2 candidates were added." in words(shown)
    assert "No mailbox is synced yet" in words(shown)
    assert 'href="/candidates"' in shown.text
    assert raw(rows)["candidates"].count == 2


def test_progress_refreshes_until_it_is_complete(rows: Rows, priya: Visitor, preview: str) -> None:
    builders.mailbox(rows, "priya")
    builders.connection(rows, "priya")
    priya.post(preview)

    during = priya.get(preview)
    for added in [*raw(rows)["candidate_addresses"].rows]:
        builders.search(
            rows,
            added["address"],
            mailbox_id="mailbox-priya",
            address=added["address"],
            candidate_id=added["candidate_id"],
            stage="finished",
            at=clock.moment(added["added_at"]),
            finished_at=added["added_at"],
        )
    after = priya.get(preview)

    assert 'data-refresh-seconds="5"' in during.text
    assert "Searches finished 0 of 2" in words(during)
    assert pages.complaints(during.text) == []
    assert "data-refresh-seconds" not in after.text
    assert "Portal imported all of it." in words(after)


@claims(CandidateFlash.IMPORTED_BEFORE)
def test_import_sent_twice_shows_the_first_result(rows: Rows, priya: Visitor, preview: str) -> None:
    first = priya.post(preview)

    second = priya.post(preview)

    assert (first.location, second.location) == (preview, preview)
    assert "This file was imported already; nothing was added twice." in priya.text(preview)
    assert raw(rows)["candidates"].count == 2


@pytest.mark.parametrize("path", [FORM, "/candidates/import/sample", "preview"])
def test_pages_are_for_members(app: Flask, kim: Visitor, preview: str, path: str) -> None:
    path = preview if path == "preview" else path

    assert kim.get(path).status_code == 403
    assert stranger(app).get(path).location.endswith("/signin")


def test_limited_person_imports_nothing(rows: Rows, kim: Visitor, preview: str) -> None:
    answers = [upload(kim, GOOD).status_code, kim.post(preview).status_code]

    assert answers == [403, 403]
    assert (raw(rows)["candidates"].count, raw(rows)["candidate_imports"].count) == (0, 1)


def test_preview_of_another_user_is_not_found(rows: Rows, app: Flask, preview: str) -> None:
    builders.user(rows, "Noa Levi")
    noa = visitor(app, "noa")

    answers = [noa.get(preview).status_code, noa.post(preview).status_code]

    assert answers == [404, 404]
    assert raw(rows)["candidates"].count == 0


@pytest.mark.parametrize("bad", ["nothing", "%00", "a'--", "9" * 500])
def test_unknown_import_is_not_found(priya: Visitor, bad: str) -> None:
    path = f"/candidates/imports/{bad}"

    assert [priya.get(path).status_code, priya.post(path).status_code] == [404, 404]


def test_changes_need_the_form_token(rows: Rows, priya: Visitor, preview: str) -> None:
    answers = [
        upload(priya, GOOD, token="").status_code,
        priya.post(preview, {"csrf_token": ""}).status_code,
    ]

    assert answers == [400, 400]
    assert raw(rows)["candidates"].count == 0


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "This file is empty."),
        (b"name,email\nRo\0sa,rosa@mail.example", "This is not a CSV file."),
        (b"name,email\nRo\x81sa,rosa@mail.example", "This is not a CSV file."),
        (b"name,email\n" + b"a,b\n" * 5_001, "This file has more than 5,000 rows."),
        (b"n" * (1024 * 1024 + 1), "This file is too large. It may have 1 MB at most."),
    ],
)
def test_bad_file_is_refused_at_its_field(
    rows: Rows, priya: Visitor, content: bytes, refusal: str
) -> None:
    answer = upload(priya, content)

    assert answer.status_code == 422
    assert refusal in words(answer)
    assert pages.complaints(answer.text) == []
    assert raw(rows)["candidate_imports"].count == 0


@pytest.mark.parametrize("sent", [{}, {"file": "typed"}, {"file": (BytesIO(b""), "")}])
def test_missing_file_is_refused(priya: Visitor, sent: dict[str, object]) -> None:
    answer = priya.post(FORM, sent)

    assert answer.status_code == 422
    assert "Please choose a file." in words(answer)


def test_body_beyond_the_limit_is_refused(priya: Visitor) -> None:
    assert upload(priya, b"n" * (2 * 1024 * 1024 + 1)).status_code == 413


def test_worker_deletes_forgotten_files(rows: Rows, app: Flask, preview: str) -> None:
    tomorrow = clock.utc_now() + timedelta(hours=25)

    chores.prune(app.extensions["portal"], tomorrow)

    assert raw(rows)["candidate_imports"].count == 0


def test_lines_with_addresses_of_the_organization_are_named(priya: Visitor, rows: Rows) -> None:
    builders.alias(rows, "priya", "talent@northwind.example")

    answer = upload(priya, b"name,email\nRosa,rosa@mail.example\nSam,talent@northwind.example\n")

    assert "1 of 2 rows can be imported." in words(answer)
    assert "Line 3 talent@northwind.example belongs to your organization" in words(answer)


def test_address_that_became_internal_since_the_preview_stops_the_import(
    priya: Visitor, rows: Rows, preview: str
) -> None:
    builders.alias(rows, "priya", "kai@mail.example")

    shown = priya.text(preview)
    answer = priya.post(preview)

    assert "Line 3 kai@mail.example belongs to your organization" in shown
    assert answer.status_code == 409
    assert raw(rows)["candidates"].count == 0
