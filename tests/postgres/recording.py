"""Record the statements that the product sends during the tests, in every process of pytest."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from portal.storage import sqlite_rows
from portal.storage.statements import Statement, parse
from tests.support.needs import ROOT

PRODUCT = f"{ROOT / 'portal'}{os.sep}"
SEAM = (sqlite_rows.__file__, __file__)
Parse = Callable[[str], Statement]
# The table of the made-up kind of work, which only its test makes.
MADE_UP = re.compile(r"\berrands\b")


def record_into(folder: Path) -> Parse:
    """Put a recorder before the parser, and return it. Statements of tests are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{os.getpid()}.jsonl"
    known: set[str] = set()

    def recording(sql: str) -> Statement:
        if sql not in known and _is_of_the_product(sys._getframe(1)):  # the caller, at no cost
            known.add(sql)
            with path.open("a", encoding="utf-8") as lines:
                lines.write(f"{json.dumps(sql)}\n")
        return parse(sql)

    vars(sqlite_rows)["parse"] = recording
    return recording


def recorded(folder: Path) -> set[str]:
    """Every statement that any process has recorded, except those on tables of tests."""
    lines = (line for path in folder.glob("*.jsonl") for line in path.read_text().splitlines())
    return {text for text in map(json.loads, lines) if MADE_UP.search(text) is None}


def _is_of_the_product(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_filename in SEAM:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(PRODUCT)
