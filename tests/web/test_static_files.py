"""Static files: small, under names that change with their content, and kept for good."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from portal.web.compression.encodings import chosen
from portal.web.compression.static_files import (
    BEHAVIOURS,
    StaticFiles,
    joined_scripts,
    needs_script,
)
from tests.support.needs import ROOT

STATIC = ROOT / "static"


def address_in(html: str, name: str) -> str:
    stem, _, ending = name.rpartition(".")
    found = re.search(rf'"(/static/{stem}\.[0-9a-f]{{12}}\.{ending})"', html)
    assert found, html[:2000]
    return found[1]


@pytest.fixture
def sheet(app: Flask) -> str:
    return address_in(app.test_client().get("/signin").text, "portal.css")


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpacked"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, *", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_file_comes_in_the_encoding_that_the_browser_takes(
    app: Flask, sheet: str, accepted: str, encoding: str | None, unpacked: type[bytes]
) -> None:
    answer = app.test_client().get(sheet, headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert unpacked(answer.data) == (STATIC / "portal.css").read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "text/css"
    assert answer.content_length == len(answer.data)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("*", "br"),
        ("*;q=0", None),
        ("deflate", None),
        ("gzip;q=0", None),
    ],
)
def test_weights_of_encodings_are_obeyed(accepted: str, encoding: str | None) -> None:
    assert chosen(parse_accept_header(accepted, Accept)) == encoding


def test_each_encoding_has_a_mark_of_its_own(app: Flask, sheet: str) -> None:
    client = app.test_client()
    marks = {
        client.get(sheet, headers={"Accept-Encoding": each}).headers["ETag"]
        for each in ("br", "gzip", "identity")
    }
    kept = client.get(sheet, headers={"Accept-Encoding": "br"}).headers["ETag"]

    same = client.get(sheet, headers={"Accept-Encoding": "br", "If-None-Match": kept})
    other = client.get(sheet, headers={"Accept-Encoding": "gzip", "If-None-Match": kept})

    assert len(marks) == 3
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Vary"] == "Accept-Encoding"
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/static/portal.css", "/static/portal.css?v=0123456789ab"])
def test_plain_name_leads_to_the_file_of_today(app: Flask, sheet: str, path: str) -> None:
    answer = app.test_client().get(path)

    assert (answer.status_code, answer.headers["Location"]) == (302, sheet)
    assert answer.headers["Cache-Control"] == "no-store"


def test_file_of_another_release_is_not_there(app: Flask, sheet: str) -> None:
    answer = app.test_client().get(re.sub(r"[0-9a-f]{12}", "0" * 12, sheet))

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_page_without_behaviours_loads_no_script(app: Flask) -> None:
    page = app.test_client().get("/no/such-page").text

    assert "<script" not in page
    assert "announcer" not in page


def test_every_script_has_a_sign_that_loads_it() -> None:
    # The announcer speaks for the others.
    names = {path.stem for path in (STATIC / "js").glob("*.js")} - {"announce"}

    assert names == {*BEHAVIOURS.values()}
    for sign, name in BEHAVIOURS.items():
        attribute = re.findall(r"[a-z_-]+", sign)[-1].removeprefix("data-")
        spelled = re.sub(r"-(\w)", lambda each: each[1].upper(), attribute)
        script = (STATIC / "js" / f"{name}.js").read_text()
        assert attribute in script or spelled in script
        assert needs_script(f"<p{sign}>")


def test_words_of_a_stranger_load_no_script() -> None:
    assert not needs_script("<p>class=&#34;confirm&#34;</p>")


def test_one_script_holds_all_of_them() -> None:
    joined = joined_scripts(STATIC).decode()

    for path in (STATIC / "js").glob("*.js"):
        assert path.read_text() in joined


def test_file_is_read_again_while_somebody_develops(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("p {}")
    developed = StaticFiles(tmp_path, is_developed=True)
    in_use = StaticFiles(tmp_path, is_developed=False)
    before = developed.address("a.css")

    (tmp_path / "a.css").write_text("p { margin: 0 }")

    assert in_use.address("a.css") == before
    assert developed.address("a.css") != before
