"""Search the owner's mailbox at this moment. Nothing of the result is kept."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from portal import clock
from portal.addresses import fold, fold_name, stands_for
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.email.headers import HEADER_FIELDS, header
from portal.email.models import Header
from portal.email.searches import phrases_for
from portal.errors import PortalError
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, Refused, Throttled, TooLarge, Unavailable
from portal.graph.links import search_phrase
from portal.graph.paging import pages

SECONDS_AT_MOST = 10.0
MOST_SHOWN = 25
SENT_ITEMS = "mailFolders/sentitems"
MOST_FOUND = 100
WINDOW_PAGE = 250
MOST_WORDS = 12
WORD = re.compile(r"\w+")

Query = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """A person's description of a message, which arrived between `begins_at` and `ends_at`."""

    address: str = ""
    subject: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def words(self) -> list[str]:
        """Words of the subject, in lower case: capitals are operators in Microsoft's searches."""
        return WORD.findall(self.subject.lower())[:MOST_WORDS]


@dataclass(frozen=True)
class Found:
    """The newest messages that fit; `has_more` says that some are not shown.

    `sent_items` is the id of the folder Sent Items, or empty if it is unknown.
    """

    headers: tuple[Header, ...]
    has_more: bool
    sent_items: str


class NotAnswered(PortalError):
    """Microsoft did not say what is in the mailbox. The sentence says what to do."""

    def __init__(self, sentence: str, *, status: int, retry_after: float | None = None) -> None:
        super().__init__(sentence, retry_after=retry_after)
        self.status = status


def refusal(error: GraphError) -> NotAnswered:
    """The error as a sentence for a person who waits for the page."""
    if isinstance(error, Unavailable):
        sentence = "Microsoft did not answer within 10 seconds. Please try again later."
    elif isinstance(error, Throttled):
        sentence = f"{error} Please try again later."
    elif isinstance(error, Refused | TooLarge):
        sentence = "Microsoft did not take this question. Please ask with other words, or by a day."
    else:
        sentence = str(error)
    return NotAnswered(sentence, status=error.status, retry_after=error.retry_after)


def record_search(act: Act) -> None:
    """Audit that a person searched their mailbox, never for what."""
    with act.rows.write():
        act.record(
            Action.ASKED_WHY_A_MESSAGE_IS_NOT_HERE,
            act.actor.name,
        )


def find(graph: GraphClient, question: Question) -> Found:
    """Find headers. All calls together take no longer than SECONDS_AT_MOST."""
    deadline = clock.monotonic() + SECONDS_AT_MOST
    found: dict[str, Header] = {}
    has_more = False
    for query in _queries(question):
        for page in pages(graph, "messages", query=query, each=partial(_patient, deadline)):
            fitting = (each for each in map(header, page.items) if _fits(each, question))
            found |= {each.graph_id: each for each in fitting}
            if not page.is_last and ("$search" in query or len(found) > MOST_SHOWN):
                has_more = True
                break
    newest = sorted(found.values(), key=lambda each: each.received_at, reverse=True)
    return Found(
        tuple(newest[:MOST_SHOWN]),
        has_more or len(newest) > MOST_SHOWN,
        _sent_items(_patient(deadline, graph)) if newest else "",
    )


def _sent_items(graph: GraphClient) -> str:
    """Its name differs by language. The answers do without it if Microsoft does not tell."""
    try:
        return str(graph.get(SENT_ITEMS, query={"$select": "id"}).get("id") or "")
    except GraphError:
        return ""


def _queries(question: Question) -> Iterator[Query]:
    """Ask by time where it is known: Microsoft's index lags behind, the list does not."""
    begins_at, ends_at = question.begins_at, question.ends_at
    if begins_at is not None and ends_at is not None:
        yield {
            "$filter": f"receivedDateTime ge {clock.text(begins_at)} "
            f"and receivedDateTime lt {clock.text(ends_at)}",
            "$orderby": "receivedDateTime desc",
            "$select": HEADER_FIELDS,
            "$top": str(WINDOW_PAGE),
        }
        return
    subject = [f"subject:{word}*" for word in question.words]
    for phrase in _phrases(question.address):
        terms = [f"participants:{phrase}", *subject] if phrase else subject
        yield {
            "$search": search_phrase(" AND ".join(terms)),
            "$select": HEADER_FIELDS,
            "$top": str(MOST_FOUND),
        }


def _phrases(address: str) -> Iterable[str]:
    """With the plain form of a tagged address: people ask by either."""
    return dict.fromkeys((*stands_for(address), *phrases_for(address))) if address else [""]


def _patient(deadline: float, graph: GraphClient) -> GraphClient:
    return replace(graph, patience=max(0.0, deadline - clock.monotonic()))


def _fits(message: Header, question: Question) -> bool:
    """Check the whole question: searches find too much, and a time window checks only the time."""
    if question.address and not any(
        _is_same(each, question.address) for each in (*message.addresses, *message.hidden)
    ):
        return False
    if question.begins_at is None:
        return True
    subject = fold_name(message.subject)
    return all(fold_name(word) in subject for word in question.words)


def _is_same(written: str, asked: str) -> bool:
    return fold(asked) in stands_for(written) or fold(written) in stands_for(asked)
