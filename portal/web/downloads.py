"""Downloads that no browser runs: files of mail, and tables whose cells no spreadsheet runs."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from flask import make_response, send_file
from werkzeug.wrappers import Response

# A cell that begins so is a formula to a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection
RUNS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # their wide forms run too
# Types that no browser runs. Everything else is sent as plain bytes.
PASSIVE = re.compile(
    r"application/(pdf|zip|msword|rtf|vnd\.(ms-|openxmlformats-officedocument\.|oasis\.)[\w.-]+)"
    r"|image/(png|jpeg|gif|webp|heic|tiff)|text/(plain|csv)|audio/[\w.-]+|video/[\w.-]+"
)
NAME_LENGTH = 150
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def file_download(content: bytes, *, name: str, content_type: str) -> Response:
    """A file of mail under a safe name, saved and never shown."""
    response = send_file(
        io.BytesIO(content),
        mimetype=safe_type(content_type),
        as_attachment=True,
        download_name=safe_name(name),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def safe_type(content_type: str) -> str:
    """The content type of the download, without parameters."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind if PASSIVE.fullmatch(kind) else "application/octet-stream"


def safe_name(name: str) -> str:
    """A file name without folders, control or bidi characters; its ending survives a cut."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    plain = re.sub(r'[<>:"|?*\s]+', " ", seen).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"
    return plain[:NAME_LENGTH] or "attachment"


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
    return f"'{text}" if _begins(text).startswith(RUNS) else text


def _begins(text: str) -> str:
    """The text from its first sign that a spreadsheet shows or obeys."""
    for at, sign in enumerate(text):
        if sign in RUNS or not (sign.isspace() or unicodedata.category(sign)[0] in "CZ"):
            return text[at:]
    return ""
