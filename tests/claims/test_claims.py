"""Every sentence that a page shows after an action has a test of what it claims."""

import ast
import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from enum import Enum

import pytest

import portal
from portal.flash_texts import FlashText
from portal.flows.consent_outcomes import ConsentOutcome
from portal.flows.outcomes import ConnectionOutcome
from portal.google.outcomes import GoogleOutcome
from tests.architecture.sources import Module, modules
from tests.claims.checks import claims
from tests.claims.unproven import UNPROVEN

OUTCOMES: tuple[type[Enum], ...] = (ConnectionOutcome, ConsentOutcome, GoogleOutcome)
DECORATOR = "claims"


class NoodleFlash(FlashText):
    """Sentences of this test alone."""

    BOILED = "The {noodles} are boiled."


def sentences() -> tuple[type[Enum], ...]:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        importlib.import_module(module.name)
    flashes = [each for each in FlashText.__subclasses__() if each is not NoodleFlash]
    return *flashes, *OUTCOMES


def members(enums: tuple[type[Enum], ...]) -> set[str]:
    return {str(each) for enum in enums for each in enum}


def claimed(module: Module) -> Iterator[str]:
    """The members that the decorators of a module's tests name."""
    for node in ast.walk(module.tree):
        decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        for decorator in decorators:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == DECORATOR:
                yield from map(ast.unparse, decorator.args)


@pytest.fixture(scope="module")
def proven() -> set[str]:
    return {
        name
        for module in modules("tests")
        if module.path != "tests/claims/test_claims.py"
        for name in claimed(module)
    }


def test_every_sentence_is_checked_or_named_as_unproven(proven: set[str]) -> None:
    unchecked = members(sentences()) - proven - UNPROVEN

    assert sorted(unchecked) == []


def test_sentences_named_as_unproven_are_neither_checked_nor_gone(proven: set[str]) -> None:
    stale = UNPROVEN - (members(sentences()) - proven)

    assert sorted(stale) == []


def test_tests_check_sentences_that_exist(proven: set[str]) -> None:
    assert sorted(proven - members(sentences())) == []


def test_no_two_enums_of_sentences_share_a_name() -> None:
    names = Counter(each.__name__ for each in sentences())

    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_members_of_an_enum_share_a_sentence() -> None:
    twins = [
        f"{enum.__name__}.{name}"
        for enum in sentences()
        for name, member in enum.__members__.items()
        if name != member.name
    ]

    assert twins == []


def test_check_of_a_sentence_that_is_not_made_fails() -> None:
    @claims(NoodleFlash.BOILED)
    def check(*, boils: bool) -> None:
        if boils:
            NoodleFlash.BOILED.of(noodles="udon")

    check(boils=True)
    with pytest.raises(AssertionError, match="BOILED"):
        check(boils=False)
