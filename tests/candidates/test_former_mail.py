"""The offer to remove mail that only a candidate's former addresses brought."""

from portal.storage.rows import Rows
from tests import pages
from tests.candidates.form_fields import ROSA, number_in
from tests.support import builders
from tests.support.visitors import Visitor, words


def test_mail_of_a_former_address_can_be_removed(priya: Visitor, rows: Rows, rosa: str) -> None:
    form = "/candidates/rosa/details"
    before = priya.get(form).text
    fields = {**ROSA, "addresses": "rosa@work.example", "number": number_in(priya.get(form))}
    priya.post(form, fields)
    offered = priya.get(form)

    answer = priya.post("/candidates/rosa/former-mail/removal", {})

    assert "Mail of former addresses" not in before
    assert "1 message is in the feed although no address above stands on it." in words(offered)
    assert pages.complaints(offered.text) == []
    assert (answer.status_code, answer.location) == (303, "/candidates/rosa")
    page = words(priya.get("/candidates/rosa"))
    assert "Removed: 1 message. Nothing changed in Outlook." in page
    assert builders.ids(rows, "messages") == []
    assert "Mail of former addresses" not in priya.get(form).text


def test_removal_from_a_missing_candidate_is_not_found(priya: Visitor) -> None:
    assert priya.post("/candidates/nobody/former-mail/removal", {}).status_code == 404


def test_removal_is_offered_only_where_an_address_brought_mail(priya: Visitor, rosa: str) -> None:
    answers = []
    for addresses in ("rosa@new.example\nrosa@spare.example", "rosa@new.example"):
        number = number_in(priya.get("/candidates/rosa/details"))
        priya.post("/candidates/rosa/details", {**ROSA, "number": number, "addresses": addresses})
        answers.append(priya.text("/candidates/rosa"))

    assert "rosa@spare.example is no longer an address of" in answers[1]
    assert ["Edit offers to remove it" in page for page in answers] == [True, False]
