"""The button that tells people the new time, in words. Pure."""

from collections.abc import Sequence

from portal.interviews.lists.time_texts import first_name
from portal.interviews.told.models import Reached, Tell
from portal.wording import counted, listed, verb

NAMED_AT_MOST = 2


def label(tell: Tell) -> str:
    """`Tell Kim the new time`"""
    names = _names(tell.people)
    who = listed(names) if len(names) <= NAMED_AT_MOST else counted(len(names), "person")
    return f"Tell {who} the new time"


def said(tell: Tell) -> str:
    """Sentences about each mail before it is sent, and about people whom Portal cannot mail."""
    by_sender: dict[str, list[str]] = {}
    for each in tell.people:
        by_sender.setdefault(each.sender, []).append(first_name(each.told.name))
    sentences = [
        f"{listed(names)} {verb(len(names), 'gets', 'get')} a mail from {sender}."
        for sender, names in by_sender.items()
    ]
    if tell.people:
        sentences.append("It has no calendar file, and nobody else gets mail.")
    for lack in dict.fromkeys(each.lack for each in tell.others):
        names = [first_name(each.told.name) for each in tell.others if each.lack == lack]
        sentences.append(f"Portal cannot mail {listed(names)}. {lack}")
    return " ".join(sentences)


def _names(people: Sequence[Reached]) -> list[str]:
    return [first_name(each.told.name) for each in people]
