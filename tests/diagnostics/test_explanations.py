"""Find error codes in pasted text and explain them."""

import pytest

from portal.diagnostics.explanations import MOST, explained
from portal.diagnostics.meanings import GRAPH, PROTOCOL, SIGN_IN

AUTHORITY = "https://login.microsoftonline.us"
PASTED = """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret
provided. Trace ID: 5cc9b41e Correlation ID: 8f1d","error_codes":[7000215],"suberror":""}"""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (PASTED, ["AADSTS7000215"]),
        ("Sorry: aadsts65001", ["AADSTS65001"]),
        ("50105", ["AADSTS50105"]),
        ('{"error":{"code":"ErrorAccessDenied","message":"Access is denied."}}',
         ["ErrorAccessDenied"]),
        ("error=consent_required&admin_consent=True", ["consent_required"]),
        ("AADSTS99999999", ["AADSTS99999999"]),
        ("Hello", []),
        ("", []),
        ("12", []),
    ],
)  # fmt: skip  # one to a line says no more
def test_codes_are_found(text: str, codes: list[str]) -> None:
    assert [each.code for each in explained(text, authority=AUTHORITY)] == codes


def test_unknown_code_leads_to_documentation() -> None:
    (found,) = explained("AADSTS123456", authority=AUTHORITY)

    assert "not among the codes" in found.meaning
    assert "Look it up at https://login.microsoftonline.us/error?code=123456," in found.cure


def test_long_text_gets_a_short_answer() -> None:
    assert (
        len(explained(" ".join(f"AADSTS{n}" for n in range(50000, 60000)), authority=AUTHORITY))
        == MOST
    )


@pytest.mark.parametrize("meanings", [SIGN_IN, GRAPH, PROTOCOL])
def test_every_code_has_a_meaning_and_a_cure(meanings: dict[str, tuple[str, str]]) -> None:
    for code, (meaning, cure) in meanings.items():
        assert meaning.endswith("."), code
        assert cure.endswith("."), code
