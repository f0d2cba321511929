"""Rules about sentences after an action: members of enums, each shown through one door."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Module, importing

SHOWS_FLASHES = "portal/web/flashes.py"
MAKES_FLASHES = "portal/flash_texts.py"


def flashes_have_one_door(module: Module) -> Iterator[str]:
    """Refuse Flask's flash() elsewhere: it takes any text, and tell() takes members alone."""
    if module.program != "portal" or module.path == SHOWS_FLASHES:
        return
    yield from importing(module, {"flask.flash"})
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "flash":
            yield f"{module.path}:{node.lineno} reaches for flash()"


def sentences_are_members(module: Module) -> Iterator[str]:
    """Refuse a flash or an outcome page that no enum lists, and a sentence filled in as a fact."""
    if module.program != "portal" or module.path == MAKES_FLASHES:
        return
    listed = {id(made) for members in ast.walk(module.tree) for made in _members(members)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "Flash" or (name == "OutcomePage" and id(node) not in listed):
            yield f"{module.path}:{node.lineno} makes a {name} that no enum lists"
        if name == "of" and any(_is_sentence(fact.value) for fact in node.keywords):
            yield f"{module.path}:{node.lineno} fills in a sentence"


def _members(node: ast.AST) -> Iterator[ast.expr]:
    """The values of an enum."""
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    if any(getattr(base, "id", "") == "Enum" for base in bases) and isinstance(node, ast.ClassDef):
        yield from (line.value for line in node.body if isinstance(line, ast.Assign))


def _is_sentence(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and str(value.value).rstrip().endswith((".", "!", "?"))
