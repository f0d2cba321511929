"""A sign-in with Microsoft that proves that somebody has just signed in there."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from portal import clock
from portal.diagnostics import proof_checks
from portal.diagnostics.models import Verdict
from portal.flows.flash_texts import ConfirmationFlash
from portal.users import store
from portal.users.models import Role
from sandbox.database import State
from sandbox.entra import tokens
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support.environments import address_on
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID
from tests.support.visitors import Visitor
from tests.users.confirmations import (
    AT_MICROSOFT,
    CONFIRMATION,
    grow_stale,
    waiting_form,
)

ALEX = "alex@northwind.example"
PRIYA = "priya@northwind.example"
HOURS = 8 * 3600
SIGNED = tokens._signed


@pytest.fixture
def alex(env: Environment) -> Visitor:
    """An administrator whose sign-in is eleven minutes old."""
    visitor = env.visitor(env.person("alex"))
    grow_stale(env.rows)
    return visitor


@pytest.fixture
def kim(env: Environment) -> str:
    return env.person("kim")


def make_admin(alex: Visitor, user_id: str) -> str:
    """Where the button leads that makes this person an admin."""
    return alex.post(f"/admin/users/{user_id}/role", {"role": "admin"}).headers["Location"]


def leave(alex: Visitor) -> str:
    return address_on(alex.press(CONFIRMATION, AT_MICROSOFT))


def confirm(env: Environment, alex: Visitor, upn: str = ALEX) -> str:
    """Sign in at Microsoft again. Where the way back leads."""
    came_back = at_microsoft.came_back(env.sandbox, leave(alex), upn)
    return alex.get(came_back).headers["Location"]


def tries(env: Environment) -> list[tuple[str, str]]:
    """Result and reason of every try to confirm."""
    rows = raw(env.rows).query(
        "select result, new_value from audit_log where action = 'identity confirmed' order by rowid"
    )
    return [(row["result"], row["new_value"]) for row in rows]


def by_single_sign_on(env: Environment, address: str) -> str:
    """The way back of a browser that signed in there hours ago, without the demand to ask."""
    parts = urlsplit(address)
    asked = [each for each in parse_qsl(parts.query) if each[0] not in ("prompt", "max_age")]
    stripped = parts._replace(query=urlencode(asked)).geturl()
    with requests.Session() as browser:
        browser.trust_env = False
        env.sandbox.control("PATCH", "tenant", {"clockOffset": -HOURS})
        chosen = {"account": env.sandbox.oid(ALEX)}
        first = browser.post(stripped, data=chosen, allow_redirects=False, timeout=10)
        if first.status_code == 200:
            browser.post(stripped, data={"decision": "accept"}, allow_redirects=False, timeout=10)
        env.sandbox.control("PATCH", "tenant", {"clockOffset": 0})
        answer = browser.get(stripped, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def with_later_sign_in(state: State, claims: dict[str, Any]) -> str:
    """A token that names a sign-in of the next hour."""
    if "auth_time" in claims:
        claims = {**claims, "auth_time": claims["auth_time"] + 3600}
    return SIGNED(state, claims)


def unsigned(_state: State, _claims: dict[str, Any]) -> str:
    return "no.token.here"


def test_change_goes_on_after_the_confirmation(env: Environment, alex: Visitor, kim: str) -> None:
    asked = make_admin(alex, kim)
    question = alex.text(asked)

    confirmed = confirm(env, alex)
    page = alex.get(confirmed).text

    assert (asked, confirmed) == (CONFIRMATION, CONFIRMATION)
    assert "Make Kim Lund an admin?" in question
    assert "Make Kim Lund an admin?" in page
    assert not store.user(env.rows, kim).is_admin
    address, fields = waiting_form(page)
    assert alex._send(address, fields).headers["Location"] == "/admin/users"
    assert store.user(env.rows, kim).is_admin
    assert tries(env) == [("ok", "with Microsoft")]


def test_change_is_done_once(env: Environment, alex: Visitor, kim: str) -> None:
    make_admin(alex, kim)
    address, fields = waiting_form(alex.get(confirm(env, alex)).text)
    alex._send(address, fields)
    alex.post(f"/admin/users/{kim}/role", {"role": "limited"})

    again = alex._send(address, fields)

    assert store.user(env.rows, kim).role is Role.LIMITED
    assert "This was done before" in alex.get(again.headers["Location"], follow_redirects=True).text


def test_microsoft_is_told_to_ask_again(alex: Visitor) -> None:
    asked = at_microsoft.asked(leave(alex))

    assert (asked["prompt"], asked["max_age"]) == ("login", "600")
    assert asked["login_hint"]


@claims(ConfirmationFlash.TOO_OLD)
def test_single_sign_on_proves_nothing(env: Environment, alex: Visitor, kim: str) -> None:
    make_admin(alex, kim)

    answer = alex.get(by_single_sign_on(env, leave(alex)))

    assert answer.headers["Location"] == CONFIRMATION
    assert "Microsoft did not ask you to sign in again" in alex.text(CONFIRMATION)
    assert make_admin(alex, kim) == CONFIRMATION
    assert tries(env) == [("refused", "Microsoft answered with an earlier sign-in")]


def test_ordinary_sign_in_makes_no_session_fresh(env: Environment, alex: Visitor, kim: str) -> None:
    address = address_on(alex.post("/signin/microsoft"))

    answer = alex.get(at_microsoft.came_back(env.sandbox, address, ALEX))

    assert answer.headers["Location"] == "/"
    assert make_admin(alex, kim) == CONFIRMATION
    assert not store.user(env.rows, kim).is_admin


def test_ordinary_sign_in_ends_the_freshness_before(env: Environment, kim: str) -> None:
    alex = env.visitor(env.person("alex"))
    address = address_on(alex.post("/signin/microsoft"))

    alex.get(at_microsoft.came_back(env.sandbox, address, ALEX))

    assert make_admin(alex, kim) == CONFIRMATION


@claims(ConfirmationFlash.TIME_NOT_TOLD)
def test_missing_claim_is_told_with_the_ways_on(env: Environment, alex: Visitor, kim: str) -> None:
    env.sandbox.control("PATCH", f"applications/{CLIENT_ID}", {"optionalClaims": []})
    make_admin(alex, kim)

    confirm(env, alex)

    page = alex.text(CONFIRMATION)
    assert "Microsoft did not say when you signed in" in page
    assert "optional claim auth_time" in page
    assert "flask --app wsgi make-admin" in page
    assert make_admin(alex, kim) == CONFIRMATION
    assert tries(env) == [("refused", "Microsoft did not say when the person signed in")]


@claims(ConfirmationFlash.ANOTHER_ACCOUNT)
def test_other_account_confirms_nothing(env: Environment, alex: Visitor, kim: str) -> None:
    env.person("priya")
    make_admin(alex, kim)

    confirm(env, alex, PRIYA)

    assert "another Microsoft account" in alex.text(CONFIRMATION)
    assert make_admin(alex, kim) == CONFIRMATION
    assert "Alex Berg" in alex.text("/settings/personal-info")
    assert tries(env) == [("refused", "another account")]


def test_check_tells_what_the_last_sign_in_showed(env: Environment, alex: Visitor) -> None:
    before = proof_checks.check(env.services)
    confirm(env, alex)
    told = proof_checks.check(env.services)
    env.sandbox.control("PATCH", f"applications/{CLIENT_ID}", {"optionalClaims": []})
    confirm(env, alex)
    untold = proof_checks.check(env.services)

    verdicts = [each.verdict for each in (before, told, untold)]
    assert verdicts == [Verdict.SKIPPED, Verdict.OK, Verdict.FAILED]
    assert str(clock.utc_now().year) in told.found
    assert "Token configuration" in untold.cure


@claims(ConfirmationFlash.IN_THE_FUTURE)
def test_time_to_come_proves_nothing(
    env: Environment, alex: Visitor, kim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "_signed", with_later_sign_in)
    make_admin(alex, kim)

    confirm(env, alex)

    assert "a time that is still to come" in alex.text(CONFIRMATION)
    assert make_admin(alex, kim) == CONFIRMATION
    assert tries(env) == [("refused", "Microsoft named a time that is still to come")]


def come_back_with(alex: Visitor, **answer: str) -> str:
    """Where Microsoft's answer leads, whatever it says."""
    state = at_microsoft.asked(leave(alex))["state"]
    query = urlencode({"state": state, **answer})
    return alex.get(f"/oauth/microsoft/callback?{query}").headers["Location"]


@claims(
    ConfirmationFlash.LEFT,
    ConfirmationFlash.WAITED_TOO_LONG,
    ConfirmationFlash.MICROSOFT_AWAY,
    ConfirmationFlash.NOT_REGISTERED,
    ConfirmationFlash.NOT_TRUSTED,
)
def test_refusals_at_microsoft_lead_back_to_the_change(
    env: Environment, alex: Visitor, kim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_admin(alex, kim)
    answers = {
        "You left Microsoft before it could confirm": {"error": "access_denied"},
        "That sign-in took too long": {"code": "used-before"},
        "sign-in has a problem and could not confirm": {"error": "temporarily_unavailable"},
        "registration, so it did not confirm": {"error": "unauthorized_client"},
    }

    told = [alex.text(come_back_with(alex, **answer)) for answer in answers.values()]
    with monkeypatch.context() as patched:
        patched.setattr(tokens, "_signed", unsigned)
        told.append(alex.text(confirm(env, alex)))

    sentences = [*answers, "answer, so nothing is confirmed"]
    assert [words for words, page in zip(sentences, told, strict=True) if words not in page] == []
    assert all("Make Kim Lund an admin?" in page for page in told)
    assert all("Nothing has changed yet" in page for page in told)
    assert not store.user(env.rows, kim).is_admin
    assert [result for result, _ in tries(env)] == ["refused"] * 5


def test_change_goes_on_after_a_cancelled_confirmation(
    env: Environment, alex: Visitor, kim: str
) -> None:
    asked = make_admin(alex, kim)
    left = alex.press(asked, AT_MICROSOFT).text
    come_back_with(alex, error="access_denied")

    address, fields = waiting_form(alex.get(confirm(env, alex)).text)
    alex._send(address, fields)

    assert f'href="{CONFIRMATION}">Cancel' in left
    assert store.user(env.rows, kim).is_admin
    assert tries(env) == [("refused", "the person left Microsoft"), ("ok", "with Microsoft")]


def test_cancelled_confirmation_remembers_the_form_with_a_secret(alex: Visitor) -> None:
    place = "application.edit"
    left = alex.post(AT_MICROSOFT, {"place": place})
    state = at_microsoft.asked(address_on(left))["state"]

    answer = alex.get(f"/oauth/microsoft/callback?state={state}&error=access_denied")

    assert answer.headers["Location"] == f"{CONFIRMATION}?place={place}"
