"""Sentences with names in them that strangers wrote, kept apart until a page shows them. Pure."""

from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True)
class Part:
    """Words of ours, or a name of somebody else's."""

    text: str
    is_name: bool


@dataclass(frozen=True)
class Sentence:
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


def say(words: str, **names: str) -> Sentence:
    """`{name}` is where a name goes; braces inside a name are only braces."""
    parts = []
    for text, name, _, _ in Formatter().parse(words):
        parts.append(Part(text, is_name=False))
        if name is not None:
            parts.append(Part(names[name], is_name=True))
    return Sentence(tuple(part for part in parts if part.text))
