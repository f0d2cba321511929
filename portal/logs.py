"""The log: JSON lines in UTC with a request id, never a token, code, secret or cookie."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")

REMOVED = "[removed]"
_NAMES_OF_SECRETS = (
    "access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|"
    "code_challenge|csrf_token|client_?state|validation_?token|password|passphrase|nonce|"
    "session_id|set-cookie|cookie|x-csrf-?token|setup_code"
)
_SECRETS = (
    # Headers come first, because their values contain spaces.
    (re.compile(r"(?i)\b(authorization\W{1,4})(bearer|basic)\s+[^\s'\",]+"), rf"\1\2 {REMOVED}"),
    (re.compile(r"(?i)\b((?:set-)?cookie['\"]?\s*[:=]\s*)[^\r\n'\"]+"), rf"\1{REMOVED}"),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"), f"Bearer {REMOVED}"),
    (
        re.compile(rf"(?i)\b({_NAMES_OF_SECRETS})(\\?['\"]?\s*[:=]\s*\\?['\"]?)[^\s&'\"\\,;}}]+"),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"(?i)([?&](?:code|state|session_state|login_hint)=)[^\s&'\"]+"), rf"\1{REMOVED}"),
    # Delta cursors open nothing alone, but a log has no use for them.
    (re.compile(r"(?i)((?:\$|%24)(?:delta|skip)token=)[^\s&'\"]+"), rf"\1{REMOVED}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*"), REMOVED),
    (re.compile(r"(/(?:invitations|book)/)[\w%.~-]{16,}"), rf"\1{REMOVED}"),
)


def without_secrets(text: str) -> str:
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class RemoveSecrets(logging.Filter):
    """Format each message and remove secrets before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_secrets(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_secrets(record.exc_text)
        return True


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get() or None,
            "exception": record.exc_text,
        }
        kept = {name: value for name, value in line.items() if value is not None}
        return json.dumps(kept, ensure_ascii=True)


def configure(stream: TextIO | None = None) -> None:
    """Configure logging once for each process. Calling it again changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(
        RemoveSecrets()
    )  # A filter on the root logger misses records of its children.
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _log_what_nobody_caught
    # These log every request and connection with its address.
    for loud in ("urllib3", "werkzeug", "flask_wtf.csrf"):
        logging.getLogger(loud).setLevel(logging.WARNING)


def _log_what_nobody_caught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("portal").critical("the program ended", exc_info=(kind, error, trace))
