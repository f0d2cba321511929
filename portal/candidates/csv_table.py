"""Read a CSV file of any program into lines of cells. Pure."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t")
BROKEN_QUOTES = (
    "The quotation marks do not match. A cell begins and ends with one, and one inside it is "
    "written twice."
)


@dataclass(frozen=True)
class Line:
    """One record. `number` is its first line in the file, as an editor counts."""

    number: int
    cells: tuple[str, ...]
    failure: str = ""


def lines(text: str, *, suits: Callable[[tuple[str, ...]], int]) -> Iterator[Line]:
    """Read the lines, header first, without empty ones. `suits` picks the separator."""
    text = _without_hint(text)
    best = max(SEPARATORS, key=lambda separator: suits(_header(text, separator)))
    return _lines(text, best)


def _without_hint(text: str) -> str:
    """Empty Excel's first line `sep=;`, so that the lines keep their numbers."""
    first, end, rest = text.partition("\n")
    is_hint = first.strip().lower() in {f"sep={separator}" for separator in ",;"}
    return end + rest if is_hint else text


def _header(text: str, separator: str) -> tuple[str, ...]:
    first = next(_lines(text, separator), None)
    return first.cells if first else ()


def _lines(text: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = tuple(" ".join(cell.split()) for cell in next(reader))
        except StopIteration:
            return
        except csv.Error:
            # The rest may belong to the same cell, so no later line is reliable.
            yield Line(number, (), BROKEN_QUOTES)
            return
        if any(cells):
            yield Line(number, cells)
