"""Both proxy examples compress what Portal left plain, and nothing twice."""

import gzip
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import make_server

import brotli
import pytest

from tests.proxies.harness import PROXIES, Quiet, proxy
from tests.support.needs import ROOT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

SMALLER = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")
WORDS = b"word " * 1000


@pytest.mark.parametrize("name", PROXIES)
def test_answers_are_compressed_once(name: str, tmp_path: Path, portal_port: int) -> None:
    with proxy(name, tmp_path / "proxy", portal_port) as front:
        _, plain = front.ask("GET", "/setup", headers={"Accept-Encoding": "identity"})
        (sheet,) = re.findall(rb'href="(/static/portal\.[0-9a-f]{12}\.css)"', plain)
        whole = (ROOT / "static" / "portal.css").read_bytes()

        for accepted, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            headers = {"Accept-Encoding": accepted}
            page, packed = front.ask("GET", "/setup", headers=headers)
            file, small = front.ask("GET", sheet.decode(), headers=headers)
            assert page.msg.get_all("Content-Encoding") == [accepted]
            assert file.msg.get_all("Content-Encoding") == [accepted]
            assert b"</html>" in unpack(packed)
            assert unpack(small) == whole
            assert "immutable" in file.getheader("Cache-Control", "")
            assert "Accept-Encoding" in ", ".join(file.msg.get_all("Vary") or [])


def uncompressed(environ: dict[str, Any], start_response: "StartResponse") -> list[bytes]:
    """An answer of the kind that the path names, as a portal that compresses nothing sends it."""
    kind = environ["PATH_INFO"].removeprefix("/")
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(WORDS)))])
    return [WORDS]


@pytest.mark.parametrize("name", PROXIES)
def test_what_comes_plain_is_compressed(name: str, tmp_path: Path) -> None:
    packs = {"Accept-Encoding": "gzip"}
    with make_server("127.0.0.1", 0, uncompressed, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with proxy(name, tmp_path / "proxy", server.server_port) as front:
            kinds = (*SMALLER, "application/pdf")
            answers = {kind: front.ask("GET", f"/{kind}", headers=packs) for kind in kinds}
            plain, content = front.ask("GET", "/text/css", headers={"Accept-Encoding": "identity"})
        server.shutdown()

    packed = {kind for kind, (answer, _) in answers.items() if answer.getheader("Content-Encoding")}
    assert packed == {*SMALLER}
    assert {gzip.decompress(answers[kind][1]) for kind in SMALLER} == {WORDS}
    assert (plain.getheader("Content-Encoding"), content) == (None, WORDS)
