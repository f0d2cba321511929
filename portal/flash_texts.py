"""Sentences that a page shows after an action: members of enums, one for each subject. Pure.

A test lists every member, and fails for one whose claim no test checks.
"""

from dataclasses import dataclass
from enum import Enum

SUCCESS, WARNING, ERROR = "success", "warning", "error"


@dataclass(frozen=True)
class Flash:
    """A finished sentence, or several, and how the page shows them."""

    text: str
    category: str = SUCCESS


class FlashText(Enum):
    """A sentence with `{names}` to fill in. Each subject lists its own in a subclass."""

    def __init__(self, text: str, category: str = SUCCESS) -> None:
        self.text = text
        self.category = category

    def of(self, **facts: str) -> Flash:
        """The sentence with its facts, which are names, counts and moments."""
        return Flash(self.text.format(**facts), self.category)


def joined(*parts: FlashText | Flash) -> Flash:
    """Several sentences as one, shown as the first."""
    flashes = [each.of() if isinstance(each, FlashText) else each for each in parts]
    return Flash(" ".join(each.text for each in flashes), flashes[0].category)
