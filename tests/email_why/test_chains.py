"""The chain of steps about one message: its order, its end, and a sentence for each reason."""

from dataclasses import replace

import pytest

from portal.email.models import Folder, LeftOut, Reason
from portal.email_settings import texts
from portal.email_why.chains import Chain, before_asking, chain_of
from portal.email_why.models import Facts, Presence
from portal.microsoft365.models import FeatureState
from tests.email_why.cases import ALIAS, KEPT, ROSA, START, TALENT, absent, left_out

# For each reason: facts that lead to it, and the final step, its words and its pill.
BY_REASON: dict[Reason, tuple[Facts, str, str, str]] = {
    Reason.KEPT: (KEPT, "It is in Portal", "Portal has it from your mailbox", "Synced"),
    Reason.NO_CANDIDATE: (
        left_out(Reason.NO_CANDIDATE, candidates=()),
        "A candidate is on it",
        f"None of these is an address of a candidate: {ROSA}.",
        "Not synced",
    ),
    Reason.ALIAS_OFF: (
        left_out(Reason.ALIAS_OFF, alias=replace(ALIAS, is_included=False)),
        "That address is included",
        f"{TALENT} is off.",
        "Not synced",
    ),
    Reason.ALIAS_BEFORE_START: (
        left_out(Reason.ALIAS_BEFORE_START, alias=replace(ALIAS, included_from=START)),
        "That address is included",
        f"{TALENT} is included for what came later than this message.",
        "Not synced",
    ),
    Reason.NOT_ADDRESSED: (
        left_out(Reason.NOT_ADDRESSED, own=()),
        "An address of yours is on it",
        "You got it by Bcc or through a group",
        "Not synced",
    ),
    Reason.INSIDE: (
        left_out(Reason.INSIDE, candidates=(), inside="rosa@northwind.example"),
        "A candidate is on it",
        "rosa@northwind.example belongs to your organization.",
        "Not synced",
    ),
    Reason.CLOSED: (
        left_out(Reason.CLOSED),
        "A candidate is on it",
        "Rosa Ortega was closed before it arrived.",
        "Not synced",
    ),
    Reason.NEVER_SYNC: (
        left_out(Reason.NEVER_SYNC, never="sam@law.example"),
        "No address on it is on a “Never sync” list",
        "sam@law.example is never synced from your mailbox.",
        "Not synced",
    ),
    Reason.WAITS_FOR_OWNER: (
        left_out(Reason.WAITS_FOR_OWNER),
        "It does not wait for your decision",
        "It is earlier mail, and you are asked before Portal syncs it.",
        "Not synced",
    ),
    Reason.LEFT_BY_OWNER: (
        left_out(Reason.LEFT_BY_OWNER),
        "It does not wait for your decision",
        "You decided that it stays in your mailbox, as earlier mail.",
        "Not synced",
    ),
    Reason.LEFT_BY_SHARED: (
        left_out(Reason.LEFT_BY_SHARED, principal="jobs@northwind.example"),
        "The shared mailbox it was sent as keeps it",
        "You sent it as jobs@northwind.example, a shared mailbox that leaves it out.",
        "Not synced",
    ),
    Reason.FOLDER_LEFT_OUT: (
        left_out(Reason.FOLDER_LEFT_OUT, folder=Folder("junk", None, "Junk Email", 1)),
        "Portal reads its folder",
        "It lies in “Junk Email”.",
        "Not synced",
    ),
    Reason.VANISHED: (
        absent(Presence.VANISHED),
        "It is in Portal",
        "a message was gone before its text could be fetched",
        "Not synced",
    ),
    Reason.UNREADABLE: (
        absent(Presence.UNREADABLE),
        "It is in Portal",
        "Microsoft did not hand over the text",
        "Not synced",
    ),
}


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_ends_a_chain_with_its_words(reason: Reason) -> None:
    facts, title, words, pill = BY_REASON[reason]

    chain = chain_of(facts)

    assert (chain.reason, chain.deciding.title, chain.verdict[0]) == (reason, title, pill)
    assert words in str(chain.deciding.says)


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_cure(reason: Reason) -> None:
    chain = chain_of(BY_REASON[reason][0])

    assert bool(chain.deciding.change) is not chain.deciding.is_passed


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_its_words_where_it_is_counted(reason: Reason) -> None:
    counted = LeftOut(reason, 1)

    sentences = [texts.reason(counted), texts.change(counted)]

    assert all(len(sentence.split()) > 3 for sentence in sentences), sentences
    assert len({texts.reason(LeftOut(each, 1)) for each in Reason}) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_only_the_last_step_says_no(reason: Reason) -> None:
    steps = chain_of(BY_REASON[reason][0]).steps

    assert [step.title for step in steps[:-1] if not step.is_passed] == []


@pytest.mark.parametrize("presence", Presence)
def test_each_presence_of_a_kept_message_has_its_words(presence: Presence) -> None:
    chain = chain_of(absent(presence))

    assert chain.deciding.title == "It is in Portal"
    assert str(chain.deciding.says).startswith(
        ("Portal has it", "It should be in", "Portal will keep it", "By today")
    )
    assert len({str(chain_of(absent(each)).deciding.says) for each in Presence}) == len(Presence)


def test_chain_follows_the_order_of_the_rules() -> None:
    before = before_asking(FeatureState.WORKING, is_syncing=True, knows_addresses=True)

    chain = chain_of(KEPT, before=before)

    assert [step.title for step in chain.steps] == [
        "Your account is connected",
        "Reading mail is allowed",
        "Email sync is on",
        "Portal reads its folder",
        "A candidate is on it",
        "No address on it is on a “Never sync” list",
        "An address of yours is on it",
        "That address is included",
        "It does not wait for your decision",
        "It is in Portal",
    ]
    assert [str(step.says) for step in chain.steps[3:]] == [
        "It lies in “Inbox”.",
        f"Rosa Ortega stands in From ({ROSA}).",
        "None is.",
        f"Yours is {TALENT} in To.",
        f"{TALENT} is included.",
        "It does not.",
        "Portal has it from your mailbox.",
    ]


@pytest.mark.parametrize(
    ("state", "is_syncing", "knows_addresses", "ends_with", "leads_to"),
    [
        (FeatureState.NOT_CONNECTED, True, True, "Your account is connected", "microsoft365"),
        (FeatureState.LAPSED, True, True, "Your account is connected", "microsoft365"),
        (FeatureState.MISSING, True, True, "Reading mail is allowed", "microsoft365"),
        (FeatureState.WORKING, False, True, "Email sync is on", "email_settings"),
        (FeatureState.WORKING, True, False, "Email sync is on", "email_settings"),
    ],
)
def test_chain_ends_before_microsoft_is_asked(
    state: FeatureState, is_syncing: bool, knows_addresses: bool, ends_with: str, leads_to: str
) -> None:
    steps = before_asking(state, is_syncing=is_syncing, knows_addresses=knows_addresses)

    last = steps[-1]
    assert (last.title, last.is_passed) == (ends_with, False)
    assert all(step.is_passed for step in steps[:-1])
    assert last.change
    assert last.link
    assert last.link.endpoint == f"{leads_to}.settings"


@pytest.mark.parametrize(
    "state", [state for state in FeatureState if state.value in "ready working failing"]
)
def test_usable_mailbox_is_searched(state: FeatureState) -> None:
    steps = before_asking(state, is_syncing=True, knows_addresses=True)

    assert [step.is_passed for step in steps] == [True, True, True]


def cure_of(chain: Chain) -> tuple[str, dict[str, str]] | None:
    found = chain.deciding.link
    return (found.endpoint, dict(found.arguments)) if found else None


def test_each_cure_leads_to_its_page() -> None:
    facts = {reason: BY_REASON[reason][0] for reason in Reason}

    cures = {reason: cure_of(chain_of(each)) for reason, each in facts.items()}

    assert cures == {
        Reason.KEPT: ("candidates.show", {"candidate_id": "rosa"}),
        Reason.NO_CANDIDATE: ("candidates.new", {}),
        Reason.ALIAS_OFF: ("email_settings.choose_alias_start", {"alias_id": "talent"}),
        Reason.ALIAS_BEFORE_START: ("email_settings.choose_alias_start", {"alias_id": "talent"}),
        Reason.NOT_ADDRESSED: ("email_settings.settings", {}),
        Reason.INSIDE: None,
        Reason.CLOSED: ("candidates.show", {"candidate_id": "rosa"}),
        Reason.NEVER_SYNC: ("privacy_settings.own_list", {}),
        Reason.WAITS_FOR_OWNER: ("earlier_mail.questions", {}),
        Reason.LEFT_BY_OWNER: ("earlier_mail.questions", {}),
        Reason.LEFT_BY_SHARED: None,
        Reason.FOLDER_LEFT_OUT: None,
        Reason.VANISHED: ("candidates.edit", {"candidate_id": "rosa"}),
        Reason.UNREADABLE: ("candidates.edit", {"candidate_id": "rosa"}),
    }


@pytest.mark.parametrize("reason", Reason)
def test_limited_person_reads_no_name(reason: Reason) -> None:
    facts = replace(BY_REASON[reason][0], names_candidates=False)

    chain = chain_of(facts)

    cures = [step.link.endpoint for step in chain.steps if step.link]
    assert [each for each in cures if each.startswith("candidates.")] == []
    assert "Rosa Ortega" not in repr(chain.steps)


@pytest.mark.parametrize(
    "reason", [each for each in Reason if not BY_REASON[each][1].startswith("It is in")]
)
def test_left_out_message_from_a_colleague_is_in_the_feed(reason: Reason) -> None:
    facts = replace(BY_REASON[reason][0], presence=Presence.ELSEWHERE)

    chain = chain_of(facts)

    assert chain.verdict == ("Synced", "good")
    assert [step.is_passed for step in chain.steps[-2:]] == [False, True]
    assert "from a colleague's mailbox" in str(chain.deciding.says)
    assert "whatever the rules say about it now" in str(chain.deciding.says)
