"""The authorize endpoint: its pages, its checks, and the answer to the application."""

import pytest

from tests.sandbox.sign_in import Visit, claims, granted, redeem_code
from tests.support.sandbox_server import CLIENT_ID


def test_second_visit_redirects_at_once(visit: Visit) -> None:
    visit.code()

    visit.start()

    assert "code" in visit.answer


def test_domain_names_the_same_tenant(visit: Visit) -> None:
    visit.start(segment="northwind.example")

    assert "Pick an account" in visit.person.html


def test_unknown_tenant_is_refused_on_the_page(visit: Visit) -> None:
    page = visit.start(segment="contoso.example")

    assert page.answer.status_code == 400
    assert "AADSTS90002" in page.html


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "22222222-2222-4333-8444-555555555555"}, "AADSTS700016"),
        ({"client_id": None}, "AADSTS900144"),
        ({"redirect_uri": "http://localhost:8000/elsewhere"}, "AADSTS50011"),
        ({"redirect_uri": "https://localhost/back"}, "AADSTS50011"),
        ({"redirect_uri": "http://localhost.example/back"}, "AADSTS50011"),
        ({"redirect_uri": "http://localhost:8000/back/"}, "AADSTS50011"),
        ({"redirect_uri": "http://localhost:8000/back?more=1"}, "AADSTS50011"),
        ({"redirect_uri": "http://me@localhost:8000/back"}, "AADSTS50011"),
        ({"redirect_uri": None}, "AADSTS50011"),
    ],
)
def test_untrusted_requests_stay_on_the_page(
    visit: Visit, changes: dict[str, str | None], code: str
) -> None:
    page = visit.start(**changes)

    assert page.answer.status_code == 400
    assert code in page.html


def test_port_of_localhost_is_ignored(visit: Visit) -> None:
    page = visit.start(redirect_uri="http://localhost:9/back")

    assert "Pick an account" in page.html


def test_port_of_another_host_must_match(visit: Visit) -> None:
    registered = "https://portal.northwind.example/back"
    visit.tenant.control("PATCH", "tenant", {"redirectUris": [registered]})

    page = visit.start(redirect_uri="https://portal.northwind.example:8443/back")

    assert "AADSTS50011" in page.html


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type", "AADSTS700054"),
        ({"response_mode": "carrier_pigeon"}, "invalid_request", "AADSTS70007"),
        ({"scope": None}, "invalid_request", "AADSTS900144"),
        ({"scope": "openid Mail.Raed"}, "invalid_client", "AADSTS650053"),
        ({"scope": "openid .default Mail.Read"}, "invalid_scope", "AADSTS70011"),
        ({"prompt": "please"}, "invalid_request", "AADSTS90023"),
        ({"code_challenge_method": "S512"}, "invalid_request", "AADSTS501491"),
    ],
)
def test_invalid_request_is_returned_to_the_application(
    visit: Visit, changes: dict[str, str | None], error: str, code: str
) -> None:
    visit.start(**changes)

    assert visit.answer["error"] == error
    assert visit.answer["error_description"].startswith(f"{code}:")
    assert visit.answer["state"] == "a&b"


def test_prompt_none_without_a_session_needs_a_sign_in(visit: Visit) -> None:
    visit.start(prompt="none")

    assert visit.answer["error"] == "login_required"


def test_prompt_none_without_consent_is_refused(visit: Visit) -> None:
    visit.code()

    visit.start(prompt="none", scope="openid Mail.Send")

    assert visit.answer["error"] == "consent_required"


def test_prompt_none_redirects_at_once_with_full_consent(visit: Visit) -> None:
    visit.code()

    visit.start(prompt="none")

    assert "code" in visit.answer


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_prompt_asks_for_the_account_again(visit: Visit, prompt: str) -> None:
    visit.code()

    page = visit.start(prompt=prompt)

    assert "Pick an account" in page.html


def test_hint_of_another_account_asks_again(visit: Visit) -> None:
    visit.code("Priya Kaur")

    page = visit.start(login_hint="kim@northwind.example").html

    assert page.index("Kim Lund") < page.index("Alex Berg")


def test_answer_is_sent_as_a_fragment(visit: Visit) -> None:
    visit.code(response_mode="fragment")

    assert "#code=" in visit.person.url
    assert "?" not in visit.person.url


def test_answer_is_sent_as_a_form(visit: Visit) -> None:
    visit.start(response_mode="form_post")
    visit.person.press("Priya Kaur")

    visit.person.press("Accept")

    assert f'action="{visit.back}"' in visit.person.html
    assert 'name="code"' in visit.person.html
    assert 'name="state" value="a&amp;b"' in visit.person.html


def test_refusal_is_sent_as_a_form_too(visit: Visit) -> None:
    visit.start(response_mode="form_post", prompt="none")

    assert 'name="error" value="login_required"' in visit.person.html


def test_disabled_account_stays_on_the_page(visit: Visit) -> None:
    visit.start()

    page = visit.person.press("Dana Disabled")

    assert "AADSTS50057" in page.html
    assert "Pick an account" in visit.start().html


def test_personal_account_is_refused(visit: Visit) -> None:
    visit.start()

    page = visit.person.press("Use another account")

    assert "AADSTS50020" in page.html


def test_guest_signs_in_and_is_marked_as_one(visit: Visit) -> None:
    identity = claims(granted(visit.tenant, "Gael Guest")["id_token"])

    assert identity["idp"] == "https://sts.windows.net/partner/"
    assert identity["preferred_username"].startswith("guest_partner.example#EXT#")


def test_sign_out_ends_the_session_and_redirects(visit: Visit) -> None:
    visit.code()
    end = f"{visit.tenant.url}/northwind.example/oauth2/v2.0/logout"

    visit.person.open(f"{end}?post_logout_redirect_uri={visit.back}")
    landed = visit.person.url

    assert landed == visit.back
    assert "Pick an account" in visit.start().html


def test_sign_out_ignores_an_unregistered_address(visit: Visit) -> None:
    end = f"{visit.tenant.url}/northwind.example/oauth2/v2.0/logout"

    page = visit.person.open(f"{end}?post_logout_redirect_uri=https://elsewhere.example/")

    assert "You signed out" in page.html


def test_session_cookie_has_a_name_of_its_own(visit: Visit) -> None:
    visit.code()

    assert [cookie.name for cookie in visit.person.session.cookies] == ["sandbox_session"]


def signed_in_at(visit: Visit, **changes: str | None) -> int:
    """The `auth_time` in the id_token of one visit."""
    answer = redeem_code(visit.tenant, visit.code("Priya Kaur", **changes)).json()
    found: int = claims(answer["id_token"])["auth_time"]
    return found


def test_single_sign_on_tells_the_time_of_the_earlier_sign_in(visit: Visit) -> None:
    first = signed_in_at(visit)
    visit.tenant.control("PATCH", "tenant", {"clockOffset": 3600})

    assert signed_in_at(visit) == first
    assert signed_in_at(visit, max_age="7200") == first


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "600"}])
def test_application_can_have_a_person_asked_again(visit: Visit, changes: dict[str, str]) -> None:
    first = signed_in_at(visit)
    visit.tenant.control("PATCH", "tenant", {"clockOffset": 3600})

    page = visit.start(**changes)

    assert "Pick an account" in page.html
    assert signed_in_at(visit, **changes) >= first + 3600


def test_time_of_the_sign_in_is_an_optional_claim(visit: Visit) -> None:
    asked = visit.tenant.control("GET", "applications")["value"][0]["optionalClaims"]
    visit.tenant.control("PATCH", f"applications/{CLIENT_ID}", {"optionalClaims": []})

    assert asked == ["auth_time"]
    assert "auth_time" not in claims(granted(visit.tenant)["id_token"])
