"""Random requests of strangers: callbacks, notifications, broken chunks and odd headers."""

import json
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.measure import free_port
from bench.pages import GUNICORN
from faults.harness.outcome import Faults, Outcome
from faults.input import mutations
from faults.input.attempts import SEED, Attempts, filled_portal
from portal.microsoft365.addresses import CALLBACK, CONSENT_CALLBACK
from tests.corpus.environment import settings_for
from tests.support.commands import running
from tests.support.visitors import HOME

COUNTS = {"callbacks": 1_500, "notifications": 2_500, "chunks": 1_500, "headers": 2_000}
PATHS = (CALLBACK, CONSENT_CALLBACK, "/oauth/google/callback")
HOOKS = ("/webhooks/microsoft-365/notifications", "/webhooks/microsoft-365/lifecycle")
STARTS = ("/signin/microsoft", "/settings/microsoft-365/connect", "/signin/google")
ASKED = (
    "code",
    "state",
    "error",
    "error_description",
    "admin_consent",
    "tenant",
    "scope",
    "error_uri",
)
ITEM = {
    "subscriptionId": "5f000000-0000-4000-8000-000000000002", "clientState": "x" * 43,
    "tenantId": "7c3c0d5e-0000-4000-8000-000000000000", "changeType": "created",
    "subscriptionExpirationDateTime": "2026-11-30T10:00:00Z", "lifecycleEvent": "missed",
    "resource": "users/x/messages/y", "resourceData": {"id": "y"},
}  # fmt: skip  # one to a line says no more
KINDS = ("application/json", "application/json; charset=x", "", "text/plain")
SIZES = (b"17 F", b"-1", b"0x5", b"f" * 17, b"", b"5;a=b", b"\xff", b"zz", b"+5")
CODINGS = (b"chunked",) * 6 + (b"Chunked", b"gzip, chunked", b"chunked, chunked", b"x")
TARGETS = ("/signin", "/setup", "/candidates", "/nowhere", "/candidates/import", *HOOKS)
NAMES = (
    "Cookie", "Host", "Origin", "Referer", "Accept", "Accept-Language", "Accept-Encoding", "Range",
    "If-None-Match", "If-Modified-Since", "Content-Type", "Content-Length", "Transfer-Encoding",
    "Expect",
    "Connection", "Authorization", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    "Forwarded", "Sec-Fetch-Site", "Upgrade", "X-HTTP-Method-Override", "X-Request-Id",
    "Content-Encoding",
)  # fmt: skip  # one to a line says no more
VALUES = (
    b"", b"\xff\xfe", b"bytes=0-", b"bytes=9-1,-", b"chunked", b"gzip, chunked", b"0", b"-1",
    b"1e3",
    b"multipart/form-data", b"multipart/form-data; boundary=",
    b'multipart/form-data; boundary="\xff"',
    b"application/x-www-form-urlencoded; charset=utf-7", b"text/html; charset=x", b"100-continue",
    b"close, keep-alive", b"Basic !!!", b"Bearer \x80", b"evil.example", b"localhost:99999",
    b"[::1", b"a,b",
    b"portal=" + b"x" * 43, b"portal=\xc3\xa9; portal=a", b'W/"', b"Mon, 99 Foo 0000",
    b"en;q=x, *;q=9",
    b"x" * 7_000, b"cross-site", b"same-origin", b"null", b"for=_x;host=\"",
    b"999999999999999999999",
)  # fmt: skip  # one to a line says no more
METHODS = (b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"TRACE", b"GET /x", b"get", b"\xff")


def random_requests(*, part: float = 1.0, seed: int = SEED) -> Outcome:
    with filled_portal(seed) as attempts:
        for kind, one in (("callbacks", _callback), ("notifications", _notification)):
            attempts.run(kind, round(part * COUNTS[kind]), partial(one, attempts))
        with _served(attempts) as (port, log):
            for kind, made in (("chunks", _chunks), ("headers", _headers)):
                attempts.run(kind, round(part * COUNTS[kind]), partial(_raw, attempts, port, made))
            if "Traceback" in log.read_text("utf-8", "replace"):
                attempts.wrong.append(f"the log has a traceback: {_last_error(log)}")
        return attempts.outcome(COUNTS, part)


def _callback(attempts: Attempts, source: Random) -> None:
    """An answer of the authority, half of them to a flow that this browser began."""
    who, state = source.choice(("alex", "priya", None)), mutations.word(source)
    if source.random() < 0.5:
        left = attempts.send(who, source.choice(STARTS), "")
        state = left.text.partition("state=")[2].partition("&")[0] or state
    query = {name: mutations.word(source) for name in ASKED if source.random() < 0.4}
    if source.random() < 0.8:
        query["state"] = state
    sent = urlencode({name: value[:2_000] for name, value in query.items()})
    path = source.choice(PATHS)
    attempts.note(f"GET {path}?{sent} as {who}", attempts.visitor(who).get(path, query_string=sent))


def _notification(attempts: Attempts, source: Random) -> None:
    items = [_item(source) for _ in range(source.choice((0, 1, 1, 2, 5)))]
    made = source.choice(({"value": items}, {"value": items[:1]}, items, mutations.value(source)))
    body = json.dumps(made).encode("utf-8", "surrogatepass")
    if source.random() < 0.3:
        body = mutations.spoiled_bytes(source, body)
    query = urlencode({"validationToken": mutations.word(source)[:2_500]})
    path = source.choice(HOOKS)
    answer = attempts.visitor(None).client.post(
        path, base_url=HOME, data=body, query_string=query if source.random() < 0.2 else "",
        content_type=source.choice(KINDS),
    )  # fmt: skip  # one to a line says no more
    attempts.note(f"POST {path} {body[:200]!r}", answer)


def _item(source: Random) -> dict[str, object]:
    """A notification in which some fields are missing, or of another kind."""
    kept: dict[str, object] = {name: value for name, value in ITEM.items() if source.random() < 0.8}
    for name in ITEM:
        if source.random() < 0.2:
            kept[name] = mutations.value(source)
    return kept


@contextmanager
def _served(attempts: Attempts) -> Iterator[tuple[int, Path]]:
    port = free_port()
    instance = attempts.services.config.instance
    settings = settings_for(instance, "http://localhost:9") | {
        "PORTAL_BASE_URL": f"http://localhost:{port}"
    }
    log = attempts.pristine.with_suffix(".log")
    command = [sys.executable, "-m", *GUNICORN, "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    with running(command, log, port, **settings):
        yield port, log


def _raw(
    attempts: Attempts, port: int, made: Callable[[Random, int], bytes], source: Random
) -> None:
    """Send bytes and no more, and read how the answer begins, if there is one."""
    sent = made(source, port)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opened:
        try:
            opened.sendall(sent)
            opened.shutdown(socket.SHUT_WR)
            status = opened.recv(64).partition(b"\r\n")[0]
        except TimeoutError:
            status = b"HTTP/1.1 500 no answer within ten seconds"
        except OSError:  # it was refused before all of it was sent
            return
    if status[9:12] == b"500":
        attempts.wrong.append(f"{status!r} for {sent[:300]!r}")


def _chunks(source: Random, port: int) -> bytes:
    body = urlencode(
        mutations.pairs(source, {"name": [], "address": [], "csrf_token": []})
    ).encode()
    cut = sorted(source.randint(0, len(body)) for _ in range(source.randint(0, 4)))
    pieces = [body[a:b] for a, b in zip([0, *cut], [*cut, len(body)], strict=True) if b > a]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"
    if source.random() < 0.8:
        framed = mutations.spoiled_bytes(source, framed)
    if source.random() < 0.3:
        size = source.choice(SIZES)
        framed = size + b"\r\n" + framed
    coding = source.choice(CODINGS)
    return _head(source, b"POST", port) + b"Transfer-Encoding: " + coding + b"\r\n\r\n" + framed


def _headers(source: Random, port: int) -> bytes:
    head = _head(source, source.choice(METHODS), port)
    for _ in range(source.randint(1, 8)):
        name, value = source.choice(NAMES).encode(), source.choice(VALUES)
        if source.random() < 0.3:
            value = mutations.spoiled_bytes(source, value)
        head += name + b": " + value + b"\r\n"
    return head + b"\r\n" + source.choice((b"", b"", b"name=a", source.randbytes(50)))


def _head(source: Random, method: bytes, port: int) -> bytes:
    path = source.choice((*TARGETS, "/static/portal.css", "/signin?%ff=%00", "//", "*"))
    host = f"localhost:{port}"
    return (
        method + f" {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n".encode()
        + source.choice((b"", b"Content-Type: application/x-www-form-urlencoded\r\n"))
    )  # fmt: skip  # one line a part


def _last_error(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").splitlines()
    return next((each[-600:] for each in lines if "Traceback" in each), "")


FAULTS: Faults = {"random-requests": random_requests}
FULL: Faults = {"random-requests": partial(random_requests, part=10.0)}
