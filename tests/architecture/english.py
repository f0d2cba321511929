"""Rules about the English of docstrings, comments and names."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.architecture.sources import Module

# Phrases that a reader has to translate first, each with what to write instead.
PHRASES = {
    r"befalls?": "what happens to it",
    r"whoever|whosoever": "a noun: the person, the worker, the caller",
    r"meanwhile": "while or during, with what happens then",
    r"by (?:it|them)sel(?:f|ves)": "automatically, or alone",
    r"(?:is|are|be|was|were|being) looked for": "search for",
    r"rightly": "correctly",
    r"look(?:s|ed)? (?:again )?at": "check, read or poll",
    r"(?:the|another|next|last|first|one|a|each|every) looks?": "sync, poll or check",
    r"there already|here already": "existing",
    r"anew": "again",
    r"for ever": "forever",
}
# A sentence about a person or a thing begins with the noun.
BEGINNINGS = re.compile(r"(?:Who|What|Whose|Whom|Nobody|Somebody|Nothing of|Which)\b(?![^.]*\?)")
NAMES = re.compile(r"(?:^|_)(?:insist|whoever|letter|letters|meanwhile|befalls|befallen)(?:_|$)")
WORDS = [
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), cure) for pattern, cure in PHRASES.items()
]


def prose_is_plain(module: Module) -> Iterator[str]:
    """Docstrings of commands are their help, a text that people see."""
    if module.path == "portal/cli.py":
        return
    for line, text in [*_docstrings(module), *_comments(module)]:
        for pattern, cure in WORDS:
            found = pattern.search(" ".join(text.split()))
            if found:
                yield f"{module.path}:{line} says {found[0]!r}: write {cure}"


def docstrings_begin_with_the_noun(module: Module) -> Iterator[str]:
    for line, text in _docstrings(module):
        if BEGINNINGS.match(text):
            yield f"{module.path}:{line} begins with {text.split()[0]!r}"


def names_are_plain(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and NAMES.search(node.name):
            yield f"{module.path}:{node.lineno} is called {node.name}"


def _docstrings(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            text = ast.get_docstring(node)
            if text:
                yield 1 if isinstance(node, ast.Module) else node.lineno, text


def _comments(module: Module) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
