"""Matching messages with candidates, and the reasons for leaving others out."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.addresses import fold
from portal.candidates.models import CandidateAddress
from portal.email.matching import AddressBook, book_of_candidates, book_of_owner, with_candidates
from portal.email.models import Alias, Correspondent, Decision, Header, Reason

PRIYA = "priya@northwind.example"
TALENT = "talent@northwind.example"
JOBS = "jobs@northwind.example"
ROSA = "rosa.ortega@mail.example"
START = datetime.fromisoformat("2026-11-01T00:00:00Z")


def alias(address: str, *, is_included: bool, since: datetime | None = None) -> Alias:
    return Alias(
        id=address.partition("@")[0],
        user_id="priya",
        address=address,
        folded=fold(address),
        is_primary=address == PRIYA,
        is_included=is_included,
        included_from=since,
        found_at=START,
        gone_at=None,
        seen_in_mail_at=None,
    )


OFF = (alias(PRIYA, is_included=True), alias(TALENT, is_included=False))
ON = (alias(PRIYA, is_included=True), alias(TALENT, is_included=True))


def header(
    sender: str | None = ROSA, *, to: tuple[str, ...] = (PRIYA,), cc: tuple[str, ...] = ()
) -> Header:
    return Header(
        graph_id="1",
        internet_message_id="<1@mail.example>",
        subject="Hello",
        sender=Correspondent("", sender, "from") if sender is not None else None,
        recipients=(
            *(Correspondent("", each, "to") for each in to),
            *(Correspondent("", each, "cc") for each in cc),
        ),
        hidden=(),
        received_at=START,
        sent_at=START,
        claimed_sent_at=START,
        folder_id="inbox",
        web_link="",
        is_draft=False,
    )


def decide(
    message: Header,
    *,
    aliases: tuple[Alias, ...] = OFF,
    candidates: tuple[tuple[str, str], ...] = ((ROSA, "rosa"),),
    relays: frozenset[str] = frozenset(),
) -> Decision:
    found = [CandidateAddress(owner, at, fold(at)) for at, owner in candidates]
    return with_candidates(
        message,
        owner=book_of_owner(aliases),
        aliases=aliases,
        candidates=book_of_candidates(found),
        relays=relays,
    )


def by(agent: str, message: Header) -> Header:
    """The same message with an agent in Sender."""
    return replace(message, sent_by=Correspondent("", agent, "sender"), agents=(agent,))


@pytest.mark.parametrize(
    "message",
    [
        header(),
        header(PRIYA, to=(ROSA,)),
        header("sam@northwind.example", to=(ROSA,), cc=(PRIYA,)),
        header("sam@northwind.example", to=(PRIYA,), cc=(ROSA,)),
        header(ROSA.upper(), to=("PRIYA@Northwind.Example",)),
        header("rosa.ortega+jobs@mail.example"),
        header(to=("priya+cv@northwind.example",)),
        header(f" {ROSA} "),
    ],
    ids=["from", "to", "both are addressed", "cc", "upper case", "tag", "own tag", "blanks"],
)
def test_message_between_candidate_and_owner_is_kept(message: Header) -> None:
    assert decide(message) == Decision(Reason.KEPT, frozenset({"rosa"}), "priya")


def test_message_without_candidate_is_left_out() -> None:
    assert decide(header("news@shop.example")) == Decision(Reason.NO_CANDIDATE)


def test_alias_that_is_off_is_named() -> None:
    decision = decide(header(to=(TALENT,)))

    assert decision == Decision(Reason.ALIAS_OFF, frozenset({"rosa"}), "talent")


def test_alias_that_is_on_brings_the_message() -> None:
    assert decide(header(TALENT, to=(ROSA,)), aliases=ON).alias_id == "talent"


def test_primary_address_decides_before_an_alias() -> None:
    message = header(to=(TALENT, PRIYA))

    assert decide(message, aliases=tuple(reversed(ON))).alias_id == "priya"
    assert decide(message, aliases=OFF).reason == Reason.KEPT


def test_alias_counts_from_the_moment_of_its_choice() -> None:
    since = START + timedelta(days=1)
    aliases = (OFF[0], alias(TALENT, is_included=True, since=since))
    early = header(to=(TALENT,))
    late = replace(early, received_at=since)

    assert decide(early, aliases=aliases).reason == Reason.ALIAS_BEFORE_START
    assert decide(late, aliases=aliases).reason == Reason.KEPT


def test_alias_that_is_gone_is_off() -> None:
    gone = replace(ON[1], gone_at=START)

    assert decide(header(to=(TALENT,)), aliases=(ON[0], gone)).reason == Reason.ALIAS_OFF


@pytest.mark.parametrize("to", [("team@northwind.example",), ()], ids=["group", "bcc"])
def test_owner_who_is_not_addressed_does_not_keep(to: tuple[str, ...]) -> None:
    assert decide(header(to=to)) == Decision(Reason.NOT_ADDRESSED)


def test_candidate_in_bcc_alone_does_not_keep() -> None:
    message = replace(header(PRIYA, to=("sam@northwind.example",)), hidden=(ROSA,))

    assert decide(message) == Decision(Reason.NOT_ADDRESSED)


def test_two_candidates_with_one_address_both_get_it() -> None:
    shared = ((ROSA, "rosa"), (ROSA.upper(), "twin"))

    assert decide(header(), candidates=shared).candidate_ids == {"rosa", "twin"}


def test_exact_address_goes_before_one_with_a_tag() -> None:
    both = ((ROSA, "rosa"), ("rosa.ortega+work@mail.example", "tagged"))

    exact = decide(header("rosa.ortega+work@mail.example"), candidates=both)
    plain = decide(header("rosa.ortega+else@mail.example"), candidates=both)

    assert exact.candidate_ids == {"tagged"}
    assert plain.candidate_ids == {"rosa"}


@pytest.mark.parametrize("sender", ["reply+ccc@relay.example", "reply@relay.example"])
def test_tagged_candidate_is_no_other_tag_and_no_plain_address(sender: str) -> None:
    """Job boards and ticket systems give each person a tag of one mailbox."""
    tagged = (("reply+aaa@relay.example", "ann"), ("reply+bbb@relay.example", "bob"))

    assert decide(header(sender), candidates=tagged) == Decision(Reason.NO_CANDIDATE)


def test_tag_of_an_alias_is_no_other_tag() -> None:
    book = AddressBook([("talent+eu@northwind.example", "eu"), (PRIYA, "priya")])

    assert book.owners_of("talent+us@northwind.example") == set()
    assert book.owners_of("talent@northwind.example") == set()
    assert book.owners_of("Talent+EU@northwind.example") == {"eu"}
    assert book.owners_of(PRIYA.replace("@", "+x@")) == {"priya"}


def test_several_candidates_on_one_message_each_get_it() -> None:
    known = ((ROSA, "rosa"), ("kim@post.example", "kim"))

    decision = decide(header(PRIYA, to=(ROSA, "kim@post.example")), candidates=known)

    assert decision.candidate_ids == {"rosa", "kim"}


def test_owner_is_never_their_own_candidate() -> None:
    own = ((PRIYA, "priya"), (TALENT, "talent"))

    assert decide(header(PRIYA, to=(TALENT,)), candidates=own).reason == Reason.NO_CANDIDATE


def test_draft_is_no_correspondence() -> None:
    assert decide(replace(header(), is_draft=True)) == Decision(Reason.FOLDER_LEFT_OUT)


def test_malformed_addresses_match_no_one() -> None:
    message = header("rosa", to=("", "@", "undisclosed-recipients:;", "/o=Exchange/cn=priya"))

    assert decide(message) == Decision(Reason.NO_CANDIDATE)


def test_message_without_a_sender_is_matched_by_recipients() -> None:
    assert decide(header(None, to=(PRIYA, ROSA))).reason == Reason.KEPT
    assert decide(header(None, to=())).reason == Reason.NO_CANDIDATE


def test_local_part_without_domain_is_not_the_address() -> None:
    assert decide(header("rosa.ortega@mail.example.evil")).reason == Reason.NO_CANDIDATE
    assert decide(header("xrosa.ortega@mail.example")).reason == Reason.NO_CANDIDATE


def test_one_among_thousands_of_recipients_is_found() -> None:
    crowd = tuple(f"person{number}@crowd.example" for number in range(5000))

    decision = decide(header("sam@northwind.example", to=(*crowd, ROSA), cc=(PRIYA,)))

    assert decision == Decision(Reason.KEPT, frozenset({"rosa"}), "priya")


def test_delegate_in_sender_keeps_what_went_out_in_the_name_of_another() -> None:
    message = by(PRIYA, header(JOBS, to=(ROSA,)))

    assert decide(message) == Decision(Reason.KEPT, frozenset({"rosa"}), "priya")


@pytest.mark.parametrize(
    "message",
    [by(TALENT, header(JOBS, to=(ROSA,))), by(PRIYA, header(TALENT, to=(ROSA,)))],
    ids=["in Sender", "in From"],
)
def test_alias_that_is_off_stays_off_for_delegates(message: Header) -> None:
    assert decide(message) == Decision(Reason.ALIAS_OFF, frozenset({"rosa"}), "talent")


def test_owner_whom_a_stranger_writes_into_sender_opens_nothing() -> None:
    without_candidate = by(PRIYA, header("evil@mail.example", to=("team@northwind.example",)))
    from_candidate = by(PRIYA, header(ROSA, to=("team@northwind.example",)))

    assert decide(without_candidate) == Decision(Reason.NO_CANDIDATE)
    assert decide(from_candidate) == Decision(Reason.NOT_ADDRESSED)


@pytest.mark.parametrize("domain", ["jobboard.example", "mail.notjobboard.example", ""])
def test_candidate_in_reply_to_counts_for_no_other_domain(domain: str) -> None:
    message = replace(header("a@notjobboard.example"), agents=("a@notjobboard.example", ROSA))

    relays = frozenset({domain} if domain else ())
    assert decide(message, relays=relays) == Decision(Reason.NO_CANDIDATE)


@pytest.mark.parametrize("sender", ["a@jobboard.example", "a@mail.JobBoard.example"])
def test_candidate_in_reply_to_of_a_relay_counts(sender: str) -> None:
    message = replace(header(sender), agents=(sender, ROSA))

    assert decide(message, relays=frozenset({"jobboard.example"})) == Decision(
        Reason.KEPT, frozenset({"rosa"}), "priya", "jobboard.example"
    )


def test_candidate_who_is_addressed_too_needs_no_relay() -> None:
    message = replace(header("a@jobboard.example", to=(PRIYA, ROSA)), agents=(ROSA,))

    assert decide(message, relays=frozenset({"jobboard.example"})).through == ""


def test_owner_in_reply_to_of_a_relay_is_not_addressed() -> None:
    message = replace(header("a@jobboard.example", to=("team@x.example",)), agents=(ROSA, PRIYA))

    assert decide(message, relays=frozenset({"jobboard.example"})).reason == Reason.NOT_ADDRESSED
