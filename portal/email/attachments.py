"""Fetch an attachment from the mailbox that holds it, at the moment somebody downloads it."""

import re
import unicodedata

from portal.email.models import AttachmentPlace

LARGEST = 25 * 1024 * 1024
SECONDS_AT_MOST = 10
# Kinds that no browser runs; everything else is handed over as mere bytes.
PASSIVE = re.compile(
    r"application/(pdf|zip|msword|rtf|vnd\.(ms-|openxmlformats-officedocument\.|oasis\.)[\w.-]+)"
    r"|image/(png|jpeg|gif|webp|heic|tiff)|text/(plain|csv)|audio/[\w.-]+|video/[\w.-]+"
)
NAME_LENGTH = 150


def safe_type(place: AttachmentPlace) -> str:
    """What the download is announced as; parameters are dropped."""
    kind = place.content_type.partition(";")[0].strip().lower()
    return kind if PASSIVE.fullmatch(kind) else "application/octet-stream"


def safe_name(name: str) -> str:
    """A file name without folders, control or bidi characters; its ending survives a cut."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    plain = re.sub(r'[<>:"|?*\s]+', " ", seen).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}" if stem else ending
    return plain[:NAME_LENGTH] or "attachment"
