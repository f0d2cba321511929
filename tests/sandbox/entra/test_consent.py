"""The consent page: what it asks for, and who may accept."""

import pytest

from tests.sandbox.sign_in import Visit


def test_consent_page_describes_each_permission(visit: Visit) -> None:
    visit.start()

    page = visit.person.press("Priya Kaur").html

    assert "priya@northwind.example" in page
    for words in ("Read your mail", "View your basic profile", "Maintain access to data"):
        assert words in page


def test_accepting_returns_a_code_and_the_state(visit: Visit) -> None:
    visit.code()

    assert set(visit.answer) == {"code", "state", "session_state"}
    assert visit.answer["state"] == "a&b"


def test_consent_page_shows_new_scopes_only(visit: Visit) -> None:
    visit.code()

    page = visit.start(scope="openid User.Read Mail.Send").html

    assert "Send mail as you" in page
    assert "read your profile" not in page


def test_declining_is_access_denied(visit: Visit) -> None:
    visit.start()
    visit.person.press("Priya Kaur")

    visit.person.press("Cancel")

    assert visit.answer["error"] == "access_denied"
    assert visit.answer["error_description"].startswith("AADSTS65004:")
    assert visit.answer["state"] == "a&b"


def test_prompt_consent_shows_every_scope_again(visit: Visit) -> None:
    visit.code()

    page = visit.start(prompt="consent").html

    assert "Read your mail" in page


@pytest.mark.parametrize("scope", ["openid User.Read", "openid profile email offline_access"])
def test_sign_in_alone_needs_no_administrator(visit: Visit, scope: str) -> None:
    visit.tenant.control("PATCH", "tenant", {"adminConsentRequired": True})
    visit.start(scope=scope)

    page = visit.person.press("Priya Kaur")

    assert "Permissions requested" in page.html


def test_mail_needs_an_administrator_with_the_switch_on(visit: Visit) -> None:
    visit.tenant.control("PATCH", "tenant", {"adminConsentRequired": True})
    visit.start()

    page = visit.person.press("Priya Kaur").html
    visit.person.press("Return to the application")

    assert "Need admin approval" in page
    assert visit.answer["error"] == "access_denied"


def test_all_profiles_always_need_an_administrator(visit: Visit) -> None:
    visit.start(scope="openid User.Read.All")

    page = visit.person.press("Priya Kaur")

    assert "Need admin approval" in page.html


def test_approval_page_cannot_be_bypassed(visit: Visit) -> None:
    visit.start(scope="openid User.Read.All")
    page = visit.person.press("Priya Kaur")

    again = visit.person.session.post(page.url, data={"decision": "accept"}, timeout=30)

    assert "Need admin approval" in again.text


def test_approval_as_an_administrator_is_for_everyone(visit: Visit) -> None:
    visit.tenant.control("PATCH", "tenant", {"adminConsentRequired": True})
    visit.start()
    visit.person.press("Priya Kaur")

    visit.person.press("Approve as an administrator")
    kim = Visit(visit.tenant)
    kim.start()
    kim.person.press("Kim Lund")

    assert "code" in visit.answer
    assert "code" in kim.answer


def test_administrator_consents_on_behalf_of_the_organization(visit: Visit) -> None:
    visit.start(scope="openid User.Read.All")
    visit.person.press("Alex Berg")

    visit.person.press("Accept", everybody="1")
    kim = Visit(visit.tenant)
    kim.start(scope="openid User.Read.All")
    kim.person.press("Kim Lund")

    assert "code" in kim.answer


def test_only_administrators_consent_for_everyone(visit: Visit) -> None:
    visit.start()
    visit.person.press("Priya Kaur")

    visit.person.press("Accept", everybody="1")
    kim = Visit(visit.tenant)
    kim.start()

    assert "Permissions requested" in kim.person.press("Kim Lund").html
