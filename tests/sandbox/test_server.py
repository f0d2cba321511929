"""The practice tenant over its socket: kept, cut and reset connections, and its command."""

import http.client
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.browser.demo import free_ports
from tests.sandbox.callers import Caller
from tests.support.needs import ROOT
from tests.support.sandbox_server import TENANT_ID, Sandbox, running_sandbox


@pytest.fixture
def line(tenant: Sandbox) -> Iterator[http.client.HTTPConnection]:
    """One keep-alive connection."""
    connection = http.client.HTTPConnection(urlsplit(tenant.url).netloc, timeout=10)
    yield connection
    connection.close()


def test_connection_is_reused(line: http.client.HTTPConnection) -> None:
    line.request("GET", "/v1.0/me")
    line.getresponse().read()
    first = line.sock

    line.request("GET", "/v1.0/me")
    answer = line.getresponse()

    assert line.sock is first
    assert answer.status == 401
    assert len(answer.read()) == int(answer.headers["Content-Length"])


def test_refusal_does_not_wait_for_an_unread_body(
    tenant: Sandbox, line: http.client.HTTPConnection
) -> None:
    tenant.control("POST", "faults", {"path": "/token$", "status": 503})
    started = time.monotonic()

    line.request("POST", f"/{TENANT_ID}/oauth2/v2.0/token", b"x" * 100_000)
    answer = line.getresponse()

    assert answer.status == 503
    assert time.monotonic() - started < 5


def test_next_request_is_not_read_from_an_unread_body(
    tenant: Sandbox, line: http.client.HTTPConnection
) -> None:
    tenant.control("POST", "faults", {"path": "/token$", "status": 503})
    line.request("POST", f"/{TENANT_ID}/oauth2/v2.0/token", b"GET /outside HTTP/1.1\r\n\r\n")
    line.getresponse().read()

    line.request("GET", "/v1.0/me")

    assert line.getresponse().status == 401


def test_body_in_chunks_is_read(tenant: Sandbox, line: http.client.HTTPConnection) -> None:
    line.request("POST", "/_sandbox/faults", iter([b'{"path": "/me$",', b' "status": 418}']))
    line.getresponse().read()

    line.request("GET", "/v1.0/me")

    assert line.getresponse().status == 418


def test_truncated_answer_ends_before_its_length(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "truncate": True})

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        priya.call("GET", "/me")


def test_truncated_answer_is_cut_in_half(
    tenant: Sandbox, priya: Caller, line: http.client.HTTPConnection
) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "truncate": True})

    line.request("GET", "/v1.0/me", headers={"Authorization": f"Bearer {priya.token}"})
    answer = line.getresponse()
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()

    assert answer.status == 200
    assert cut.value.partial.startswith(b'{"@odata.context"')
    assert len(cut.value.partial) == int(answer.headers["Content-Length"]) // 2


def test_reset_connection_gets_no_answer(tenant: Sandbox, line: http.client.HTTPConnection) -> None:
    tenant.control("POST", "faults", {"path": "/me$", "reset": True, "times": 1})

    line.request("GET", "/v1.0/me")
    with pytest.raises(ConnectionResetError):
        line.getresponse()


def test_answer_over_tls_is_cut_too(tmp_path: Path) -> None:
    with running_sandbox(tls=True) as tenant:
        assert tenant.certificate
        tenant.control("POST", "faults", {"path": "/me$", "truncate": True, "times": 1})
        context = ssl.create_default_context(cafile=str(tenant.certificate))
        line = http.client.HTTPSConnection(urlsplit(tenant.url).netloc, timeout=10, context=context)

        line.request("GET", "/v1.0/me")
        answer = line.getresponse()
        with pytest.raises((http.client.IncompleteRead, ssl.SSLError)):
            answer.read()
        line.close()


def test_tenant_starts_fast() -> None:
    with running_sandbox():
        pass
    started = time.monotonic()

    with running_sandbox():
        took = time.monotonic() - started

    assert took < 1


def test_command_writes_its_certificate_and_keeps_its_state(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    certificate, state = tmp_path / "trust.pem", tmp_path / "kept" / "sandbox.db"
    options = ["--port", str(port), "--tls", "--certificate", str(certificate)]
    command = [sys.executable, "-m", "sandbox", *options, "--state", str(state)]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        said = [program.stdout.readline(), program.stdout.readline()]
        found = requests.get(
            f"https://localhost:{port}/_sandbox/state", verify=str(certificate), timeout=10
        ).json()
        program.terminate()

    assert said == [
        f"Trust this certificate: {certificate}\n",
        f"The practice tenant is at https://localhost:{port}\n",
    ]
    assert found["tenant"]["domain"] == "northwind.example"
    assert state.exists()
