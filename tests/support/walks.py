"""Records the functions of the product that stand on the stack when one of them is called."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tests.support.needs import ROOT

PORTAL = ROOT / "portal"


@contextmanager
def walked(target: str, subjects: tuple[str, ...]) -> Iterator[list[list[str]]]:
    """Collect, at each call of `target`, its callers within these subjects, outermost first.

    Functions are named like `email.aliases.set_inclusion`. Lambdas and comprehensions do not count.
    """
    walks: list[list[str]] = []

    def listen(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and _name(frame) == target:
            walks.append([name for name in _stack(frame) if name.split(".")[0] in subjects])

    sys.setprofile(listen)
    try:
        yield walks
    finally:
        sys.setprofile(None)


def _stack(frame: FrameType) -> list[str]:
    names: list[str] = []
    at: FrameType | None = frame
    while at is not None:
        name = _name(at)
        if name is not None and "<" not in name:
            names.insert(0, name)
        at = at.f_back
    return names


def _name(frame: FrameType) -> str | None:
    path = Path(frame.f_code.co_filename)
    if not path.is_relative_to(PORTAL):
        return None
    module = ".".join(path.relative_to(PORTAL).with_suffix("").parts)
    return f"{module}.{frame.f_code.co_name}"
