"""Hiding as an entry in a feed shows it: the accounts that hid it, and the viewer's choice."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.conversations.models import Hide, OwnAccount

LEFT = "somebody who has left"


@dataclass(frozen=True)
class Hiding:
    """The accounts that hid a message, and what its viewer may do about that.

    `others` are the names of colleagues who hid it. `count` is how many messages would be hidden,
    for the owners of the shared mailbox `shared_name` if that is not empty.
    """

    is_hidden_by_viewer: bool
    others: tuple[str, ...]
    count: int
    after: str | None
    is_whole: bool
    shared_name: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.is_hidden_by_viewer or bool(self.others)

    @property
    def may_hide(self) -> bool:
        return bool(self.count) and not self.is_hidden_by_viewer


def hiding(
    hides: Sequence[Hide],
    own: Sequence[OwnAccount],
    *,
    count: int,
    after: str | None,
    is_whole: bool,
) -> Hiding:
    """Hiding as one message shows it: in the feed page from `after`, or on its own page."""
    return Hiding(
        is_hidden_by_viewer=any(each.is_own for each in hides),
        others=tuple(each.name or LEFT for each in hides if not each.is_own),
        count=count,
        after=after,
        is_whole=is_whole,
        shared_name=own[0].shared_name if own else "",
    )
