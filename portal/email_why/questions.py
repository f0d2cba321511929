"""The questions about one message, in the order in which sync decides. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from portal.email.models import Alias, Reason
from portal.email_settings import texts
from portal.email_why.models import (
    ADD_CANDIDATE,
    EARLIER_MAIL,
    EMAIL,
    IS_HERE,
    NEVER_SYNC,
    ON_ITS_WAY,
    CandidateMatch,
    Facts,
    Link,
    Presence,
    Sentence,
    Step,
    passed,
    say,
    stopped,
)
from portal.wording import counted

MOST_NAMED = 5
ABSENT: Mapping[Presence, tuple[str, str]] = {
    Presence.NOT_SYNCED_YET: (
        "Portal will keep it, but has not read it yet.",
        "Wait for the next sync, or press “Check for new mail”.",
    ),
    Presence.SEARCHED_FOR: (
        "Portal will keep it. Portal is searching for past emails right now.",
        "Wait until that is finished.",
    ),
    Presence.VANISHED: (
        "It should be in Portal. On its day, a message was gone before its text could be fetched, "
        "and this is probably the one.",
        texts.SEARCH_AGAIN,
    ),
    Presence.UNREADABLE: (
        "It should be in Portal. On its day, Microsoft did not hand over the text of a message, "
        "and this is probably the one.",
        texts.SEARCH_AGAIN,
    ),
    Presence.MISSING: (
        "By today's rules it should be in Portal. Other rules held when Portal read it, "
        "or somebody moved it to this folder or removed it from Portal since.",
        f"Press “Check for new mail”. If it is still missing: {texts.SEARCH_AGAIN}",
    ),
}


def folder(facts: Facts) -> Step:
    title = "Portal reads its folder"
    if facts.header.is_draft:
        return stopped(
            title,
            say("It is a draft, which nobody has received."),
            "Send it, and Portal reads it.",
        )
    name = facts.folder.name if facts.folder else ""
    if facts.decision.reason is Reason.FOLDER_LEFT_OUT:
        return stopped(
            title,
            say("It lies in “{folder}”. " + texts.FOLDERS_LEFT_OUT, folder=name),
            texts.CHANGES[Reason.FOLDER_LEFT_OUT],
        )
    if facts.folder is None:
        return passed(title, say("It lies in a folder that was not noticed yet."))
    return passed(title, say("It lies in “{folder}”.", folder=name))


def candidate(facts: Facts) -> Step:
    title = "A candidate is on it"
    visible = facts.counting
    if facts.decision.reason is Reason.CLOSED and visible:
        name = visible[0].name if facts.names_candidates else "The candidate"
        return stopped(
            title,
            say("{name} was closed before it arrived.", name=name),
            _for_reader(texts.CHANGES[Reason.CLOSED], facts),
            _feed_of(visible[0], facts),
        )
    if visible:
        return passed(title, _who(visible, facts))
    relayed = [each for each in facts.candidates if each.matched.is_of_agent]
    if relayed:
        return stopped(title, _who(relayed, facts), _for_reader(texts.NAME_RELAY, facts))
    if facts.candidates:
        return stopped(
            title,
            _who(facts.candidates, facts),
            texts.CHANGES[Reason.NOT_ADDRESSED],
        )
    if facts.inside:
        return stopped(
            title,
            say("{address} belongs to your organization.", address=facts.inside),
            texts.CHANGES[Reason.INSIDE],
        )
    strangers = _listed([each for each in facts.header.addresses if not _is_own(each, facts)])
    says = say("None of these is an address of a candidate: {strangers}.", strangers=strangers)
    return stopped(
        title,
        says if strangers else say("Nobody but you is on it."),
        _for_reader(texts.CHANGES[Reason.NO_CANDIDATE], facts),
        ADD_CANDIDATE if facts.names_candidates else None,
    )


def never_sync(facts: Facts) -> Step:
    title = "No address on it is on a “Never sync” list"
    if facts.decision.reason is Reason.NEVER_SYNC:
        return stopped(
            title,
            say("{address} is never synced from your mailbox.", address=facts.never),
            texts.CHANGES[Reason.NEVER_SYNC],
            NEVER_SYNC,
        )
    return passed(title, say("None is."))


def earlier_mail(facts: Facts) -> Step:
    title = "It does not wait for your decision"
    if facts.decision.reason is Reason.WAITS_FOR_OWNER:
        says = "It is earlier mail, and you are asked before Portal syncs it."
    elif facts.decision.reason is Reason.LEFT_BY_OWNER:
        says = "You decided that it stays in your mailbox, as earlier mail."
    else:
        return passed(title, say("It does not."))
    return stopped(title, say(says), texts.CHANGES[facts.decision.reason], EARLIER_MAIL)


def _feed_of(match: CandidateMatch, facts: Facts) -> Link | None:
    if not facts.names_candidates:
        return None
    return Link(f"Open {match.name}", "candidates.show", {"candidate_id": match.candidate_id})


def _for_reader(change: str, facts: Facts) -> str:
    return change if facts.names_candidates else f"Ask a colleague who sees candidates. {change}"


def _is_own(address: str, facts: Facts) -> bool:
    return address in {each.address for each in facts.own}


def _listed(addresses: Sequence[str]) -> str:
    each_once = list(dict.fromkeys(addresses))
    more = len(each_once) - MOST_NAMED
    return ", ".join(each_once[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _who(found: Sequence[CandidateMatch], facts: Facts) -> Sentence:
    """Name candidates only for readers who may see them; the address is on the message anyway."""
    first = found[0]
    name = first.name if facts.names_candidates else "A candidate"
    others = len({each.candidate_id for each in found}) - 1
    also = f", and {counted(others, 'other candidate')} too" if others else ""
    place = first.matched.field + _place(first, facts)
    return say(
        "{name} stands in " + place + " ({address})" + also + ".",
        name=name,
        address=first.matched.address,
        relay=facts.relay,
    )


def _place(match: CandidateMatch, facts: Facts) -> str:
    """Why the field counts, or why not."""
    if match.matched.field == "Bcc":
        return " only, and Bcc does not count"
    if not match.matched.is_of_agent:
        return ""
    if facts.relay:
        return ", through {relay}"
    return " only, which everybody can write, so it counts in mail from a relay domain alone"


def address(facts: Facts) -> Step:
    title = "An address of yours is on it"
    if facts.decision.reason is Reason.LEFT_BY_SHARED:
        return stopped(
            "The shared mailbox it was sent as keeps it",
            say(
                "You sent it as {sender}, a shared mailbox that leaves it out.",
                sender=facts.principal,
            ),
            texts.CHANGES[Reason.LEFT_BY_SHARED],
        )
    if facts.principal:
        says = say("You sent it as {sender}, a shared mailbox.", sender=facts.principal)
        return passed(title, says)
    if facts.own:
        places = _listed([f"{each.address} in {each.field}" for each in facts.own])
        return passed(title, say("Yours is {places}.", places=places))
    return stopped(
        title,
        _without_own(facts),
        texts.CHANGES[Reason.NOT_ADDRESSED],
        EMAIL,
    )


def _without_own(facts: Facts) -> Sentence:
    sender = facts.header.sender
    if facts.is_sent and sender and sender.address:
        return say(
            "You sent it in the name of {sender}, which is not an address of yours. None of your "
            "own addresses is in From, Sender, To or Cc.",
            sender=sender.address,
        )
    if facts.is_sent:
        return say("You sent it, and none of your addresses is in From, To or Cc.")
    return say(
        "None of your addresses is in From, To or Cc. You got it by Bcc or through a group, or "
        "at an address that Portal does not know as yours."
    )


def alias(facts: Facts) -> Step:
    title = "That address is included"
    alias, reason = facts.alias, facts.decision.reason
    if alias is None:
        return passed(title, say("It is included."))
    if reason is Reason.ALIAS_BEFORE_START:
        return stopped(
            title,
            say(
                "{address} is included for what came later than this message.",
                address=alias.address,
            ),
            texts.CHANGES[reason],
            _choice(alias, "Include older mail too"),
            at=alias.included_from,
        )
    if reason is Reason.ALIAS_OFF and alias.is_gone:
        return stopped(
            title,
            say("{address} no longer belongs to you in Microsoft 365.", address=alias.address),
            "If your organization gives it back to you, it comes back off, and you can turn it on.",
        )
    if reason is Reason.ALIAS_OFF:
        return stopped(
            title,
            say("{address} is off.", address=alias.address),
            texts.CHANGES[reason],
            _choice(alias, "Turn it on"),
        )
    which = "is your primary address, always included." if alias.is_primary else "is included."
    return passed(title, say("{address} " + which, address=alias.address), at=alias.included_from)


def _choice(alias: Alias, label: str) -> Link:
    return Link(label, "email_settings.choose_alias_start", {"alias_id": alias.id})


def presence(facts: Facts) -> Step:
    title = "It is in Portal"
    if facts.presence in IS_HERE:
        return passed(title, say(_how_it_came(facts)), link=_feed(facts))
    words, change = ABSENT[facts.presence]
    if facts.presence is Presence.NOT_SYNCED_YET:
        failing = " The last sync failed: {failure}" if facts.failure else ""
        says = say(words + failing, failure=facts.failure)
        return stopped(
            title, says, change, EMAIL, at=facts.last_sync_at, at_words="The last sync was"
        )
    if facts.presence in ON_ITS_WAY:
        return stopped(title, say(words), change)
    link = next(_candidate_pages(facts), None)
    return stopped(title, say(words), _for_reader(change, facts), link)


def _how_it_came(facts: Facts) -> str:
    if facts.presence is Presence.SENT:
        return "Portal has it: Portal sent it, and this is its copy."
    through = (
        "Portal has it from your mailbox."
        if facts.presence is Presence.HERE
        else "Portal has it already, from a colleague's mailbox."
    )
    if facts.decision.is_kept:
        return through
    return f"{through} What Portal has stays, whatever the rules say about it now."


def _feed(facts: Facts) -> Link | None:
    if not facts.feeds or not facts.names_candidates:
        return None
    candidate_id, name = facts.feeds[0]
    return Link(f"Open the feed of {name}", "candidates.show", {"candidate_id": candidate_id})


def _candidate_pages(facts: Facts) -> Iterator[Link]:
    if facts.names_candidates:
        for each in facts.candidates:
            yield Link(f"Edit {each.name}", "candidates.edit", {"candidate_id": each.candidate_id})
