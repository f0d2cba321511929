"""The wording of each step in the answer about a message."""

from dataclasses import replace

from portal.email.models import Correspondent, Folder, Reason
from portal.email_why.chains import chain_of
from portal.email_why.models import CandidateMatch, HeaderAddress, Presence
from tests.email_why.cases import ALIAS, HEADER, KNOWN, ROSA, START, TALENT, absent, left_out


def test_candidate_in_bcc_alone_decides() -> None:
    hidden = replace(KNOWN, matched=HeaderAddress(ROSA, "Bcc"))

    chain = chain_of(left_out(Reason.NOT_ADDRESSED, candidates=(hidden,)))

    assert chain.deciding.title == "A candidate is on it"
    assert "stands in Bcc only, and Bcc does not count" in str(chain.deciding.says)


def test_second_candidate_is_counted() -> None:
    both = (KNOWN, CandidateMatch("mei", "Mei Tan", HeaderAddress(ROSA, "From")))

    chain = chain_of(absent(Presence.HERE, candidates=both))

    assert str(chain.steps[1].says).endswith(f"({ROSA}), and 1 other candidate too.")


def test_draft_is_left_out_in_any_folder() -> None:
    draft = replace(HEADER, is_draft=True)

    chain = chain_of(left_out(Reason.FOLDER_LEFT_OUT, header=draft))

    assert str(chain.deciding.says) == "It is a draft, which nobody has received."


def test_gone_alias_cannot_be_turned_on() -> None:
    gone = replace(ALIAS, is_included=False, gone_at=START)

    chain = chain_of(left_out(Reason.ALIAS_OFF, alias=gone))

    assert str(chain.deciding.says) == f"{TALENT} no longer belongs to you in Microsoft 365."
    assert chain.deciding.link is None


def test_waiting_message_names_the_last_sync_and_its_failure() -> None:
    facts = absent(Presence.NOT_SYNCED_YET, failure="Microsoft {has} a problem.")

    chain = chain_of(facts)

    assert chain.verdict == ("On its way", "accent")
    assert chain.deciding.at == START
    assert str(chain.deciding.says).endswith("The last sync failed: Microsoft {has} a problem.")


def test_long_list_of_strangers_is_cut() -> None:
    many = tuple(Correspondent("", f"p{number}@mail.example", "cc") for number in range(9))
    facts = left_out(Reason.NO_CANDIDATE, candidates=(), header=replace(HEADER, recipients=many))

    chain = chain_of(facts)

    assert str(chain.deciding.says).endswith("p3@mail.example and 5 more.")


def test_names_of_strangers_cannot_form_sentences() -> None:
    facts = absent(Presence.HERE, folder=Folder("inbox", None, "{rule} <b>", 1))

    says = chain_of(facts).steps[0].says

    assert [(part.text, part.is_name) for part in says.parts] == [
        ("It lies in “", False),
        ("{rule} <b>", True),
        ("”.", False),
    ]
