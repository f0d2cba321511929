"""A portal that is tried with bad input, and what came of it."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from faults.harness.outcome import Outcome
from faults.input.form_catalogue import PEOPLE
from portal import clock
from portal.clock import utc_now
from portal.config import MicrosoftConfig
from portal.graph import client as graph
from portal.services import Services
from portal.storage.copies import copy_database, overwrite_database
from tests.support import many_rows, visitors
from tests.support.visitors import HOME, TOKEN, Visitor

SEED = 16
ROWS = 3
FRESH_EVERY = 100
PACKAGE = str(Path(clock.__file__).parent)
# Microsoft is not reached here, and a page that says so is no fault.
OF_MICROSOFT = (502, 503)


@dataclass
class Attempts:
    """Counts inputs by kind, and collects those with a server error."""

    app: Flask
    pristine: Path
    seed: int = SEED
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    routes: set[str] = field(default_factory=set)
    _visitors: dict[str | None, Visitor] = field(default_factory=dict)
    _tokens: dict[str | None, str] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        return visitors.services_of(self.app)

    def run(self, kind: str, count: int, one: Callable[[Random], None]) -> None:
        """Try so many inputs of a kind. Each has a source of its own, named when it fails."""
        for number in range(count):
            if number % FRESH_EVERY == 0:
                self.begin_anew()
            before = len(self.wrong)
            one(source_of(self.seed, kind, number))
            self.counts[kind] += 1
            self.wrong[before:] = [
                f"{each} (seed {self.seed}, {kind} {number})" for each in self.wrong[before:]
            ]

    def begin_anew(self) -> None:
        """Put the rows back that inputs deleted, ended or disabled."""
        overwrite_database(self.pristine, self.services.config.database_file)
        self._visitors.clear()
        self._tokens.clear()

    def note(self, what: str, answer: TestResponse) -> None:
        if answer.status_code >= 500 and answer.status_code not in OF_MICROSOFT:
            cause = self.raised[-1] if self.raised else "nothing raised"
            self.wrong.append(f"{what}: {answer.status_code}, {cause}")
        self.raised.clear()

    def visitor(self, user_id: str | None) -> Visitor:
        """A signed-in person with their own role, or a stranger; never one held up by limits."""
        self._give_rights_back()
        if user_id not in self._visitors:
            self._visitors[user_id] = (
                visitors.stranger(self.app)
                if user_id is None
                else visitors.visitor(self.app, user_id)
            )
        return self._visitors[user_id]

    def send(self, who: str | None, path: str, content: str) -> TestResponse:
        """Post a form as a browser does, with a form token."""
        kind = "application/x-www-form-urlencoded"
        return self._post(who, path, f"csrf_token={self._token(who)}&{content}".encode(), kind)

    def upload(self, who: str | None, path: str, fields: dict[str, object]) -> TestResponse:
        sent = {**fields, "csrf_token": self._token(who)}
        return self._post(who, path, sent, "multipart/form-data")

    def _post(self, who: str | None, path: str, sent: object, kind: str) -> TestResponse:
        answer = self.visitor(who).client.post(
            path, base_url=HOME, data=sent, content_type=kind,
            headers={"Origin": HOME, "Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip  # one to a line says no more
        if answer.status_code == 400 or "/signin" in answer.headers.get("Location", ""):
            self.forget(who)
        return answer

    def _token(self, who: str | None) -> str:
        if who not in self._tokens:
            page = self.visitor(who).get("/settings/personal-info" if who else "/signin")
            found = TOKEN.search(page.text)
            if found is None:
                return ""
            self._tokens[who] = found[1]
        return self._tokens[who]

    def forget(self, user_id: str | None) -> None:
        """Sign in again next time: this input may have ended the session."""
        self._visitors.pop(user_id, None)
        self._tokens.pop(user_id, None)

    def _give_rights_back(self) -> None:
        rows = self.services.rows
        with rows.write():
            rows.execute("delete from rate_limits")
            for user_id, role in PEOPLE.items():
                rows.execute(
                    "update users set is_enabled = 1, role = ? where id = ?", [role, user_id]
                )

    def outcome(self, wanted: Mapping[str, int], part: float) -> Outcome:
        """Survived if no answer was a server error and each kind was tried as often as wanted."""
        for kind, count in wanted.items():
            if self.counts[kind] != round(part * count):
                self.wrong.append(f"only {self.counts[kind]} {kind}")
        told = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        total = self.counts.total()
        return Outcome(total, f"never a 500: {told}", tuple(dict.fromkeys(self.wrong))[:20], total)


def source_of(seed: int, kind: str, number: int) -> Random:
    """The same source in every run and process."""
    return Random(hashlib.sha256(f"{seed} {kind} {number}".encode()).digest())  # noqa: S311  # not for secrets


@contextmanager
def filled_portal(seed: int) -> Iterator[Attempts]:
    """A portal with rows of each kind, whose Microsoft does not answer."""
    nobody = "http://localhost:9"  # no server listens there
    microsoft = MicrosoftConfig(
        client_id="random", client_secret="random", tenant="northwind.example",
        authority=nobody, graph=nobody,
    )  # fmt: skip  # one to a line says no more
    tries, graph.TRIES = graph.TRIES, 1
    with tempfile.TemporaryDirectory() as name:
        app = visitors.portal_in(Path(name) / "i", microsoft=microsoft)
        rows = visitors.services_of(app).rows
        many_rows.fill(rows, ROWS, now=utc_now())
        attempts = Attempts(app, Path(name) / "pristine.db", seed)
        copy_database(visitors.services_of(app).config.database_file, attempts.pristine)
        _tell_causes(app, attempts.raised)
        yield attempts
    graph.TRIES = tries


def _tell_causes(app: Flask, raised: list[str]) -> None:
    """Note what a page raised, which its answer never says."""
    handlers = app.error_handler_spec[None][None]
    answer = handlers[Exception]

    def noting(error: Exception) -> Any:
        trace, place = error.__traceback__, "?"
        while trace:
            code = trace.tb_frame.f_code
            if code.co_filename.startswith(PACKAGE):
                place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
            trace = trace.tb_next
        raised.append(f"{type(error).__name__} at {place}: {str(error)[:120]}")
        return answer(error)

    handlers[Exception] = noting
