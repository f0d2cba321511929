"""Signatures: plain text for one address or for all of them."""

import pytest
from flask import Flask

from portal.composer.flash_texts import ComposerFlash
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.composer.form import WRITE, send
from tests.composer.form import mails as sent
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

PAGE = "/settings/signatures"


def signatures(rows: Rows) -> list[tuple[str | None, str]]:
    found = raw(rows).query("select alias_id, text from signatures order by alias_id")
    return [(row["alias_id"], row["text"]) for row in found]


@claims(ComposerFlash.SIGNATURE_SAVED, ComposerFlash.SIGNATURE_REMOVED)
def test_a_signature_is_saved_changed_and_removed(ready: Rows, priya: Visitor) -> None:
    priya.post(PAGE, {"alias": "", "text": "Priya Kaur\r\nNorthwind"})
    priya.post(PAGE, {"alias": "talent", "text": "Talent team"})
    assert signatures(ready) == [(None, "Priya Kaur\nNorthwind"), ("talent", "Talent team")]

    priya.post(PAGE, {"alias": "talent", "text": "Talent"})
    assert signatures(ready)[1] == ("talent", "Talent")
    priya.post(PAGE, {"alias": "talent", "text": " "})

    assert signatures(ready) == [(None, "Priya Kaur\nNorthwind")]


def test_the_signature_of_an_address_goes_out_below_the_text(ready: Rows, priya: Visitor) -> None:
    priya.post(PAGE, {"alias": "", "text": "Priya Kaur"})
    (own,) = [row["id"] for row in raw(ready)["signatures"].rows]
    page = priya.get(WRITE).text

    assert "checked" in page[page.index(f'id="signature-{own}"') :].partition(">")[0]
    send(priya, signature=own)
    send(priya, signature="unknown")
    send(priya, signature="")
    assert [mail["signature"] for mail in sent(ready)] == ["Priya Kaur", "", ""]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"alias": "", "text": "s" * 2_001}, "This is too long: 2,001 characters, and 2,000 fit."),
        ({"alias": "", "text": "a\x00b"}, "invisible control character"),
        ({"alias": "p.kaur", "text": "x"}, "Choose one of your addresses."),
        ({"alias": "support-alias", "text": "x"}, "Choose one of your addresses."),
    ],
)
def test_other_signatures_are_refused(
    ready: Rows, priya: Visitor, values: dict[str, str], sentence: str
) -> None:
    builders.alias(ready, "sam", "support-alias@northwind.example", is_included=1)

    answer = priya.post(PAGE, values)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert signatures(ready) == []


def test_nobody_uses_the_signature_of_another(ready: Rows, app: Flask, priya: Visitor) -> None:
    priya.post(PAGE, {"alias": "", "text": "Priya Kaur"})

    assert "Priya Kaur</textarea>" not in visitor(app, "sam").get(PAGE).text
    assert signatures(ready) == [(None, "Priya Kaur")]
