"""Pages are compressed on their way out; downloads are not."""

import brotli
import pytest
from flask import Flask, Response, request

from portal.storage.rows import Rows
from portal.web.access import public
from portal.web.compression.encodings import compress_page
from tests.support import builders
from tests.support.browser import browser

BROWSERS = "gzip, deflate, br, zstd"


def test_page_is_compressed_as_the_browser_asks(app: Flask, rows: Rows) -> None:
    builders.user(rows, "Priya Kaur")
    client = browser(app, "priya")

    answer = client.get("/settings/personal-info", headers={"Accept-Encoding": BROWSERS})
    plain = client.get("/settings/personal-info")

    assert answer.headers["Content-Encoding"] == "br"
    assert b"Personal info" in brotli.decompress(answer.data)
    assert answer.content_length == len(answer.data) < len(plain.data) / 3
    assert {"Cookie", "Accept-Encoding"} <= {*answer.vary}
    assert {"Cookie", "Accept-Encoding"} <= {*plain.vary}
    assert "Content-Encoding" not in plain.headers


def test_head_tells_the_length_of_the_compressed_page(app: Flask, rows: Rows) -> None:
    answer = app.test_client().head("/signin", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data == b""


@pytest.mark.parametrize(
    "response",
    [
        Response("a,b\n" * 900, mimetype="text/csv"),
        Response("x" * 2000, headers={"Content-Disposition": "attachment; filename=a.html"}),
        Response("x" * 2000, headers={"Content-Encoding": "gzip"}),
        Response("x" * 2000, headers={"ETag": '"kept"'}),
        Response((each for each in "x" * 2000), mimetype="text/html"),
        Response("short", mimetype="text/html"),
    ],
    ids=["file", "attachment", "compressed", "marked", "streamed", "short"],
)
def test_other_answers_stay_as_they_are(app: Flask, response: Response) -> None:
    encoding = response.headers.get("Content-Encoding")

    with app.test_request_context(headers={"Accept-Encoding": BROWSERS}):
        assert compress_page(response).headers.get("Content-Encoding") == encoding


def test_page_of_an_error_is_compressed(app: Flask) -> None:
    @public
    def broken() -> str:
        raise RuntimeError(request.path)

    app.add_url_rule("/broken", "broken", broken)

    answer = app.test_client().get("/broken", headers={"Accept-Encoding": "br"})

    assert answer.status_code == 500
    assert b"Error 500" in brotli.decompress(answer.data)
