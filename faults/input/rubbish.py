"""Random sessions, forms, notifications and callbacks: none may cause a 500."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from faults.harness.outcome import Faults, Outcome
from faults.input.strategies import FIELDS, ITEM, JSON, WORDS
from portal.clock import utc_now
from portal.config import MicrosoftConfig
from portal.microsoft365.addresses import CALLBACK, CONSENT_CALLBACK
from portal.services import Services
from portal.users import setup
from tests.support import visitors

HOOK = "/webhooks/microsoft-365/notifications"
# After signing out, no signed-in page would be tested.
LEFT_OUT = ("signout", "static")


@dataclass
class Attempts:
    """Counts responses and collects those with a server error."""

    app: Flask
    person: str
    count: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def services(self) -> Services:
        return visitors.services_of(self.app)

    def note(self, what: str, answer: TestResponse) -> None:
        self.count += 1
        if answer.status_code >= 500:
            self.wrong.append(f"{what}: {answer.status_code}")

    def forget_limits(self) -> None:
        """Reset rate limits: a throttled request would test nothing."""
        with self.services.rows.write():
            self.services.rows.execute("delete from rate_limits")


def rubbish(*, examples: int = 1000) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        microsoft = MicrosoftConfig(
            client_id="rubbish", client_secret="rubbish", tenant="northwind.example",
            authority="http://localhost:9", graph="http://localhost:9",
        )  # fmt: skip  # no server listens there
        app = visitors.portal_in(Path(name) / "i", microsoft=microsoft)
        admin = setup.FirstAdmin(
            name="Alex Berg", address="alex@northwind.example", password="correct horse battery"
        )
        user, _ = setup.make_admin(visitors.services_of(app).rows, admin, now=utc_now())
        attempts = Attempts(app, user.id)
        for part in (_sessions, _notifications, _callbacks, _forms):
            _examples(part, attempts, examples)
    return Outcome(
        attempts.count,
        "never a 500",
        tuple(sorted(set(attempts.wrong))[:5]),
        attempts.count,
    )


def _examples(
    part: Callable[[Attempts, st.DataObject], None], attempts: Attempts, count: int
) -> None:
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def one(drawn: st.DataObject) -> None:
        part(attempts, drawn)
        attempts.forget_limits()

    one()


def _sessions(attempts: Attempts, drawn: st.DataObject) -> None:
    client = attempts.app.test_client()
    token = drawn.draw(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
    path = drawn.draw(st.sampled_from(["/", "/candidates", "/settings/email", "/setup"]))
    headers = {"Cookie": f"portal={token}"}
    attempts.note(path, client.get(path, base_url=visitors.HOME, headers=headers))


def _notifications(attempts: Attempts, drawn: st.DataObject) -> None:
    made = st.one_of(JSON, st.fixed_dictionaries({"value": st.lists(ITEM | JSON, max_size=4)}))
    body = drawn.draw(st.one_of(st.binary(max_size=200), made.map(_dumped)))
    query = drawn.draw(st.one_of(st.none(), WORDS))
    attempts.note(
        HOOK,
        attempts.app.test_client().post(
            HOOK,
            base_url=visitors.HOME,
            data=body,
            content_type="application/json",
            query_string=None if query is None else {"validationToken": query},
        ),
    )


def _callbacks(attempts: Attempts, drawn: st.DataObject) -> None:
    names = ("code", "state", "error", "error_description", "admin_consent", "tenant", "scope")
    query = drawn.draw(st.dictionaries(st.sampled_from(names), WORDS))
    path = drawn.draw(st.sampled_from([CALLBACK, CONSENT_CALLBACK]))
    visitor = drawn.draw(st.sampled_from([_stranger, _person]))(attempts)
    attempts.note(path, visitor.get(path, query_string=query))


def _forms(attempts: Attempts, drawn: st.DataObject) -> None:
    """Call any route with its own fields and with others."""
    rules = [each for each in attempts.app.url_map.iter_rules() if not _is_left_out(each)]
    rule = drawn.draw(st.sampled_from(sorted(rules, key=str)))
    ids = st.sampled_from([attempts.person, "0", "x" * 300, "%00", "é", "../x"])
    values = {name: drawn.draw(ids) for name in rule.arguments}
    with attempts.app.test_request_context(base_url=visitors.HOME):
        path = attempts.app.url_map.bind("localhost").build(rule.endpoint, values)
    fields = drawn.draw(st.dictionaries(st.sampled_from(FIELDS), WORDS, max_size=8))
    visitor = _person(attempts)
    if "GET" in (rule.methods or ()):
        attempts.note(f"GET {rule}", visitor.get(path, query_string=fields))
    else:
        attempts.note(f"POST {rule}", visitor.post(path, dict(fields)))


def _person(attempts: Attempts) -> visitors.Visitor:
    """Sign in again each time: some forms end sessions or take the person's rights."""
    with attempts.services.rows.write():
        attempts.services.rows.execute(
            "update users set is_enabled = 1, role = 'admin' where id = ?", [attempts.person]
        )
    return visitors.visitor(attempts.app, attempts.person)


def _stranger(attempts: Attempts) -> visitors.Visitor:
    return visitors.stranger(attempts.app)


def _dumped(made: object) -> bytes:
    try:
        return orjson.dumps(made)
    except TypeError:  # a number outside what orjson writes
        return b"{"


def _is_left_out(rule: Rule) -> bool:
    return any(word in f"{rule} {rule.endpoint}" for word in LEFT_OUT)


FAULTS: Faults = {"rubbish": rubbish}
