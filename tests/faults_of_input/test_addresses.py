"""Addresses as people write them, through a whole sync: capitals, plus tags, two candidates."""

import pytest

from tests.email.office import PRIYA, ROSA, Office, raw_message
from tests.support.visiting import portal_in, visitor

SPELLINGS = {
    "capitals": "ROSA.Ortega@MAIL.example",
    "plus tag": "rosa.ortega+jobs@mail.example",
    "both, with a name": '"Ortega, Rosa" <Rosa.ORTEGA+Jobs@mail.EXAMPLE>',
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_spelling_of_an_address_hides_no_message_and_doubles_none(
    office: Office, spelling: str
) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    office.arrives(PRIYA, raw_message("From her", sender=spelling))
    office.arrives(PRIYA, raw_message("To her", sender=PRIYA, to=spelling), folder="SentItems")
    office.arrives(PRIYA, raw_message("Not her", sender="rosa.ortega.x@mail.example"))

    office.sync(office.connect(PRIYA))
    office.sync("priya")

    assert office.subjects(rosa) == ["From her", "To her"]
    assert office.count("messages") == 2


@pytest.mark.parametrize("stored", [ROSA.upper(), "rosa.ortega+portal@mail.example"])
def test_address_of_a_candidate_may_be_stored_in_any_spelling(office: Office, stored: str) -> None:
    rosa = office.candidate("Rosa Ortega", stored)
    office.arrives(PRIYA, raw_message("Plain"))

    office.sync(office.connect(PRIYA))

    assert office.subjects(rosa) == ["Plain"]


def test_two_candidates_with_one_address_both_have_the_message_and_the_pages_say_so(
    office: Office,
) -> None:
    rosa = office.candidate("Rosa Ortega", ROSA)
    other = office.candidate("R. Ortega", ROSA.upper())
    office.arrives(PRIYA, raw_message("For both"))

    office.sync(office.connect(PRIYA))
    office.sync("priya")

    assert (office.subjects(rosa), office.subjects(other)) == (["For both"], ["For both"])
    assert (office.count("messages"), office.count("feed_entries")) == (1, 2)
    priya = visitor(portal_in(office.services.config.instance), "priya")
    for own, namesake in ((rosa, "R. Ortega"), (other, "Rosa Ortega")):
        page = priya.text(f"/candidates/{own}")
        assert f"is also an address of {namesake}" in page
        assert "Mail with this address appears in both feeds." in page
