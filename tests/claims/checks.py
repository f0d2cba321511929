"""Tests that check a sentence: whether what it claims is so, not only whether it is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from typing import ParamSpec

import pytest

from portal.flash_texts import Flash, FlashText

Given = ParamSpec("Given")
Test = Callable[Given, None]


def claims(*members: Enum) -> Callable[[Test[Given]], Test[Given]]:
    """Declare that a test checks the claims of these sentences.

    The test fails if it passes without a flash among them having been made.
    """

    def declared(test: Test[Given]) -> Test[Given]:
        @wraps(test)
        def checked(*args: Given.args, **given: Given.kwargs) -> None:
            with _made() as made:
                test(*args, **given)
            unmade = [each for each in members if isinstance(each, FlashText) and each not in made]
            assert unmade == [], f"never made: {unmade}"

        return checked

    return declared


@contextmanager
def _made() -> Iterator[list[Enum]]:
    """The flashes that are made inside, in this process."""
    made: list[Enum] = []
    make = FlashText.of

    def noted(member: FlashText, **facts: str) -> Flash:
        made.append(member)
        return make(member, **facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FlashText, "of", noted)
        yield made
