"""An answer that needs no body still comes through to a sender who is not done sending."""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from portal.clock import monotonic
from portal.web import unread_bodies
from portal.web.requests import LONG_BODY_AT_MOST
from portal.web.unread_bodies import UnreadBodies
from tests.browser.demo import free_ports
from tests.support.commands import running

PIECE = b"x" * 16 * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """A portal in gunicorn, with no proxy before it."""
    (port,) = free_ports(1)
    environ = {
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    with running(command, folder / "gunicorn.log", port, **environ):
        yield port


@pytest.fixture
def sender(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as opened:
        yield opened


def headers(port: int, length: str) -> bytes:
    """Of a form from a foreign site, which is refused before its body is read."""
    return (
        f"POST /setup HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: https://foreign.example\r\n"
        f"Content-Type: text/plain\r\n{length}\r\n\r\n"
    ).encode()


def told(sender: socket.socket) -> bytes:
    """The status line of an answer that came whole."""
    answer = b""
    while b"</html>" not in answer:
        piece = sender.recv(64 * 1024)
        assert piece, answer
        answer += piece
    return answer.partition(b"\r\n")[0]


@pytest.mark.parametrize("is_chunked", [False, True])
def test_slow_sender_gets_the_answer(port: int, sender: socket.socket, is_chunked: bool) -> None:
    pieces = LONG_BODY_AT_MOST // len(PIECE) - 1
    size = pieces * len(PIECE)
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {size}"

    sender.sendall(headers(port, length))
    for number in range(pieces):
        if number in (1, pieces // 2):
            time.sleep(0.4)
        sender.sendall(b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if is_chunked else PIECE)
    if is_chunked:
        sender.sendall(b"0\r\n\r\n")

    assert told(sender) == b"HTTP/1.1 400 BAD REQUEST"
    sender.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    assert sender.recv(12) == b"HTTP/1.1 200"


def test_sender_who_stops_is_not_waited_for(port: int, sender: socket.socket) -> None:
    began = monotonic()

    sender.sendall(headers(port, f"Content-Length: {LONG_BODY_AT_MOST}") + PIECE)

    assert told(sender) == b"HTTP/1.1 400 BAD REQUEST"
    assert monotonic() - began < unread_bodies.PAUSE_SECONDS + 3


def test_body_beyond_the_limit_is_not_waited_for(port: int, sender: socket.socket) -> None:
    began = monotonic()

    sender.sendall(headers(port, f"Content-Length: {LONG_BODY_AT_MOST + 1}"))

    assert told(sender).startswith(b"HTTP/1.1 4")
    assert monotonic() - began < unread_bodies.PAUSE_SECONDS


@pytest.mark.parametrize("chunk", [b"5\r\nabc", b"zz\r\nabc"])
def test_body_in_broken_chunks_is_refused(port: int, sender: socket.socket, chunk: bytes) -> None:
    sender.sendall(headers(port, "Transfer-Encoding: chunked") + chunk)
    sender.shutdown(socket.SHUT_WR)

    assert told(sender).startswith(b"HTTP/1.1 400")
    assert sender.recv(1) == b""


def test_sender_of_single_bytes_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread_bodies, "SECONDS_AT_MOST", 0.5)
    here, there = socket.socketpair()
    is_over = threading.Event()

    def send_on() -> None:
        with contextlib.suppress(OSError):
            while not is_over.wait(0.05):
                there.send(b"x")

    def portal(environ: dict[str, Any], _: Any) -> list[bytes]:
        return [b"refused"]

    trickle = threading.Thread(target=send_on)
    trickle.start()
    length = LONG_BODY_AT_MOST
    body = Body(LengthReader(SocketUnreader(here), length))
    began = monotonic()

    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": body, "gunicorn.socket": here}
    answer = UnreadBodies(portal)(environ, None)

    assert answer == [b"refused"]
    assert monotonic() - began < 3
    is_over.set()
    trickle.join()
    here.close()
    there.close()


@pytest.mark.parametrize("path", ["/signin", "/webhooks/microsoft-365/notifications"])
@pytest.mark.parametrize("chunks", [b"zz\r\nabc\r\n0\r\n\r\n", b"3\r\nabcdef\r\n0\r\n\r\n"])
def test_chunks_that_cannot_be_read_are_a_bad_request(
    port: int, folder: Path, sender: socket.socket, path: str, chunks: bytes
) -> None:
    sender.sendall(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Transfer-Encoding: chunked\r\n\r\n".encode()
        + chunks
    )

    assert sender.recv(64 * 1024).partition(b"\r\n")[0] == b"HTTP/1.1 400 BAD REQUEST"
    assert "Traceback" not in (folder / "gunicorn.log").read_text()
