"""A table as a CSV file whose cells a spreadsheet does not run."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import make_response
from werkzeug.wrappers import Response

# A cell that begins so is a formula to a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection
RUNS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # their wide forms run too
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """`name` is a file name of ours; each row has a cell for each word of the header."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    response = make_response(text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(RUNS) else text
