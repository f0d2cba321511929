"""Audit actions: every act is a member of the enum, and every member is an act."""

import ast
from collections.abc import Iterator

from portal.audit.actions import Action
from tests.architecture.sources import Module, modules

FREE = 'record(rows, target="x", action="signed in" if ok else f"{x} refused", at=now)'


def free_actions(tree: ast.AST) -> Iterator[int]:
    """Lines on which an action is text and not a member."""
    for value in recorded_actions(tree):
        for part in ast.walk(value):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.lineno


def recorded_actions(tree: ast.AST) -> Iterator[ast.expr]:
    """List what each call of record() gives as its action."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record"):
            yield from node.args[:1]
            yield from (each.value for each in node.keywords if each.arg == "action")


def named_actions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Action":
            yield node.attr


def portal_modules() -> list[Module]:
    return modules("portal")


def test_no_call_records_free_text() -> None:
    found = [
        f"{module.path}:{line}" for module in portal_modules() for line in free_actions(module.tree)
    ]

    assert found == []


def test_free_text_would_be_noticed() -> None:
    assert list(free_actions(ast.parse(FREE))) != []


def test_every_action_is_recorded_by_some_call() -> None:
    named = {name for module in portal_modules() for name in named_actions(module)}

    assert named == set(Action.__members__)


def test_members_are_named_by_their_text() -> None:
    names = {action.replace("-", "_").replace(" ", "_").upper() for action in Action}

    assert names == set(Action.__members__)
