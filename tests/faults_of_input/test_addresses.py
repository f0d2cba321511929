"""Spellings of addresses through a whole sync: capitals, plus tags, two candidates."""

import pytest

from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support.visitors import portal_in, visitor

SPELLINGS = {
    "capitals": "ROSA.Ortega@MAIL.example",
    "plus tag": "rosa.ortega+jobs@mail.example",
    "both, with a name": '"Ortega, Rosa" <Rosa.ORTEGA+Jobs@mail.EXAMPLE>',
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_spelling_of_an_address_hides_no_message_and_doubles_none(
    email_env: EmailEnvironment, spelling: str
) -> None:
    rosa = email_env.candidate("Rosa Ortega", ROSA)
    email_env.arrives(PRIYA, raw_message("From her", sender=spelling))
    email_env.arrives(PRIYA, raw_message("To her", sender=PRIYA, to=spelling), folder="SentItems")
    email_env.arrives(PRIYA, raw_message("Not her", sender="rosa.ortega.x@mail.example"))

    email_env.sync(email_env.connect(PRIYA))
    email_env.sync("priya")

    assert email_env.subjects(rosa) == ["From her", "To her"]
    assert email_env.count("messages") == 2


@pytest.mark.parametrize("stored", [ROSA.upper(), f"  {ROSA}"])
def test_address_of_a_candidate_may_be_stored_in_any_spelling(
    email_env: EmailEnvironment, stored: str
) -> None:
    rosa = email_env.candidate("Rosa Ortega", stored)
    email_env.arrives(PRIYA, raw_message("Plain"))

    email_env.sync(email_env.connect(PRIYA))

    assert email_env.subjects(rosa) == ["Plain"]


def test_two_candidates_with_one_address_both_have_the_message_and_the_pages_say_so(
    email_env: EmailEnvironment,
) -> None:
    rosa = email_env.candidate("Rosa Ortega", ROSA)
    other = email_env.candidate("R. Ortega", ROSA.upper())
    email_env.arrives(PRIYA, raw_message("For both"))

    email_env.sync(email_env.connect(PRIYA))
    email_env.sync("priya")

    assert (email_env.subjects(rosa), email_env.subjects(other)) == (["For both"], ["For both"])
    assert (email_env.count("messages"), email_env.count("feed_entries")) == (1, 2)
    priya = visitor(portal_in(email_env.services.config.instance), "priya")
    for own, namesake in ((rosa, "R. Ortega"), (other, "Rosa Ortega")):
        page = priya.text(f"/candidates/{own}")
        assert f"is also an address of {namesake}" in page
        assert "Mail with this address appears in both feeds." in page
