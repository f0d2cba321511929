"""The log is JSON lines without secrets."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from portal import logs
from tests.support.needs import ROOT

SECRETS = [
    ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
    ("headers={'Authorization': 'Bearer s3cr3t-token'}", "s3cr3t-token"),
    ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ('{"access_token": "s3cr3t", "token_type": "Bearer"}', "s3cr3t"),
    ('{\\"refresh_token\\":\\"0.AXk-s3cr3t\\"}', "0.AXk-s3cr3t"),
    ("grant_type=authorization_code&client_secret=s3cr3t&x=1", "s3cr3t"),
    ("GET /oauth/microsoft/callback?code=0.s3cr3t&state=st4te-s3cr3t HTTP/1.1", "s3cr3t"),
    ("code_verifier=s3cr3t-verifier", "s3cr3t-verifier"),
    ("Cookie: portal=s3cr3t; other=1", "s3cr3t"),
    ("Set-Cookie: __Host-portal=s3cr3t; HttpOnly", "s3cr3t"),
    ("'password': 'my s3cr3t'", "'my"),
    ("csrf_token=s3cr3t", "s3cr3t"),
    ("clientState: s3cr3t", "s3cr3t"),
    ("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", "eyJzdWIi"),
    ("GET /invitations/0123456789abcdefXYZ opened", "0123456789abcdefXYZ"),
    ("GET /v1.0/me/messages/delta?$deltatoken=s3cr3t HTTP/1.1", "s3cr3t"),
    ("GET /v1.0/me/messages/delta?%24skiptoken=s3cr3t&x=1", "s3cr3t"),
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.RemoveSecrets())
    log = logging.getLogger("portal.test")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield stream
    log.removeHandler(handler)


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_secrets_are_removed(written: io.StringIO, line: str, secret: str) -> None:
    logging.getLogger("portal.test").info("%s", line)

    assert secret not in written.getvalue()
    assert logs.REMOVED in written.getvalue()


def test_secrets_in_exceptions_are_removed(written: io.StringIO) -> None:
    try:
        raise ValueError("access_token=s3cr3t")
    except ValueError:
        logging.getLogger("portal.test").exception("it failed")

    line = json.loads(written.getvalue())
    assert "s3cr3t" not in line["exception"]
    assert "ValueError" in line["exception"]


def test_ordinary_words_stay(written: io.StringIO) -> None:
    logging.getLogger("portal.test").info("state: working, code 429, %s messages", 3)

    assert json.loads(written.getvalue())["message"] == "state: working, code 429, 3 messages"


def test_line_carries_time_level_and_request(written: io.StringIO) -> None:
    mark = logs.request_id.set("abc")
    logging.getLogger("portal.test").warning("line one\nline two")
    logs.request_id.reset(mark)

    assert written.getvalue().count("\n") == 1
    line = json.loads(written.getvalue())
    assert (line["level"], line["logger"], line["request_id"]) == ("warning", "portal.test", "abc")
    assert line["at"].endswith("+00:00")


def test_every_logger_of_the_process_is_filtered() -> None:
    lines = (
        "import logging; from portal import logs; logs.configure(); logs.configure()\n"
        "logging.getLogger('somebody.else').info('access_token=s3cr3t')"
    )

    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stderr.count("\n") == 1
    assert json.loads(done.stderr)["message"] == f"access_token={logs.REMOVED}"


def test_uncaught_error_is_logged() -> None:
    lines = (
        "import warnings; from portal import logs; logs.configure()\n"
        "warnings.warn('old'); raise ValueError('access_token=s3cr3t')"
    )

    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=False
    )

    warned, ended = (json.loads(line) for line in done.stderr.splitlines())
    assert (warned["logger"], warned["level"]) == ("py.warnings", "warning")
    assert (ended["level"], ended["message"]) == ("critical", "the program ended")
    assert ended["exception"].endswith(f"ValueError: access_token={logs.REMOVED}")
    assert done.returncode == 1
