"""Read an uploaded CSV file into lines of cells, whatever program wrote it. Pure."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.errors import Invalid

SEPARATORS = (",", ";", "\t")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
NOT_TEXT = (
    "This is not a CSV file. In Excel, save the sheet as “CSV UTF-8 (comma delimited)” "
    "and upload that."
)
BROKEN_QUOTES = (
    "The quotation marks do not match. A cell begins and ends with one, and one inside it is "
    "written twice."
)


@dataclass(frozen=True)
class Line:
    """One record; `number` is where it begins in the file, as an editor counts."""

    number: int
    cells: tuple[str, ...]
    failure: str = ""


def lines(content: bytes, *, suits: Callable[[tuple[str, ...]], int]) -> Iterator[Line]:
    """Header first, empty lines left out; of the separators, the one whose header `suits` best."""
    text = _text(content)
    best = max(SEPARATORS, key=lambda separator: suits(_header(text, separator)))
    return _lines(text, best)


def _text(content: bytes) -> str:
    """As UTF-8, or as Excel writes in the west; never as something that is no text."""
    if content.startswith(UTF_16) or b"\0" in content:
        raise Invalid(NOT_TEXT, field="file")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return _without_hint(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Invalid(NOT_TEXT, field="file")


def _without_hint(text: str) -> str:
    """Excel's own first line `sep=;`, emptied so that the lines keep their numbers."""
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
            # What follows may be the rest of the same cell: no later line can be believed.
            yield Line(number, (), BROKEN_QUOTES)
            return
        if any(cells):
            yield Line(number, cells)
