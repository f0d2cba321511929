"""Threads: messages that their links connect. New ones of a hidden conversation are hidden too."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from portal.conversations import store
from portal.storage.rows import Rows


def connect(rows: Rows, links: Mapping[str, Collection[str]]) -> None:
    """Save the links of messages, and hide what they connect with a hidden conversation.

    Belongs inside the write() that saves the messages: others must not see them at any moment.
    """
    store.add_links(rows, links)
    if links and store.is_any_hidden(rows):
        threads = threads_of(rows, links)
        hidden = store.hidden_among(rows, {each for thread in threads for each in thread})
        store.add_hidden(rows, _joining(threads, hidden))


def threads_of(rows: Rows, message_ids: Collection[str]) -> list[set[str]]:
    """The threads that these messages are part of, each with all its Message-IDs."""
    thread_of = {each: {each} for each in message_ids}
    for pair in store.links_around(rows, message_ids):
        small, large = sorted((thread_of.setdefault(each, {each}) for each in pair), key=len)
        if small is not large:
            large |= small
            thread_of.update(dict.fromkeys(small, large))
    return list({id(thread): thread for thread in thread_of.values()}.values())


def _joining(
    threads: Iterable[set[str]], hidden: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """Each conversation that is hidden in a thread, with the messages that it lacks."""
    for thread in threads:
        conversations = {one for each in thread for one in hidden.get(each, ())}
        for conversation_id in conversations:
            for each in thread:
                if conversation_id not in hidden.get(each, ()):
                    yield conversation_id, each
