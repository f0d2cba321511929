"""The form for writing a mail."""

import mimetypes
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import fields as names_of

from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, MultipleFileField
from wtforms.widgets import HiddenInput

from portal.composer.models import Fields
from portal.composer.templates import LONGEST_NAME, Written
from portal.errors import Conflict, Invalid
from portal.outbox.intake import TOO_LARGE
from portal.outbox.models import (
    LONGEST_SIGNATURE,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_FILE_BYTES,
    MOST_FILES,
    File,
)
from portal.outbox.recipients import LONGEST_ADDRESS
from portal.storage.ids import new_id
from portal.web.forms import LineField, PortalForm, TextField
from portal.wording import number

LONGEST_LIST = 20_000
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
ANY_TYPE = "application/octet-stream"


class ComposeForm(PortalForm):
    """`number` becomes one mail at most. `answers` and `repeats` say what the mail is about."""

    number = LineField("Number", longest=40, required=False, widget=HiddenInput())
    answers = LineField("Answers", longest=40, required=False, widget=HiddenInput())
    repeats = LineField("Repeats", longest=40, required=False, widget=HiddenInput())
    sender = LineField("From", longest=40, required=False)
    to = LineField("To", longest=LONGEST_LIST)
    cc = LineField(
        "Cc",
        longest=LONGEST_LIST,
        required=False,
        description="Separate several addresses by commas.",
    )
    subject = LineField("Subject", longest=LONGEST_SUBJECT)
    text = TextField("Message", longest=LONGEST_TEXT)
    signature = LineField("Signature", longest=40, required=False)
    files = MultipleFileField("Attachments")
    day = LineField("Day", longest=10, required=False)
    time = LineField("Time", longest=5, required=False)
    which = LineField("Which one", longest=6, required=False)
    filled_address = LineField(
        "Filled address", longest=LONGEST_ADDRESS, required=False, widget=HiddenInput()
    )
    template = LineField("Template", longest=40, required=False)
    no_reply = LineField("No reply", longest=1, required=False, widget=HiddenInput())

    @property
    def fields(self) -> Fields:
        return Fields(**{each.name: str(self[each.name].data or "") for each in names_of(Fields)})

    def write(self, changed: Fields) -> None:
        """Show what Portal itself changed in the form."""
        for name in ("subject", "text", "filled_address", "no_reply"):
            self[name].data = getattr(changed, name)

    @property
    def form_number(self) -> str:
        written = str(self.number.data)
        if not UUID.fullmatch(written):
            raise Conflict("This form is out of date. Please open it again.")
        return written


class TemplateForm(PortalForm):
    """`whose` counts for a new template only."""

    name = LineField(
        "Name", longest=LONGEST_NAME, description="Only Portal shows it, in lists of templates."
    )
    subject = LineField("Subject", longest=LONGEST_SUBJECT)
    text = TextField("Message", longest=LONGEST_TEXT)
    whose = LineField("Whose", longest=4, required=False)
    is_no_reply = BooleanField(
        "No reply",
        description="Mail from it goes out as automated mail, from the address for that and not "
        "from its author. The page for writing shows the address.",
    )

    @property
    def written(self) -> Written:
        return Written(
            name=str(self.name.data),
            subject=str(self.subject.data),
            text=str(self.text.data),
            is_no_reply=bool(self.is_no_reply.data),
        )


class SignatureForm(PortalForm):
    alias = LineField("Address", longest=40, required=False, widget=HiddenInput())
    text = TextField("Text", longest=LONGEST_SIGNATURE, required=False)


def read_files(uploads: Iterable[FileStorage]) -> list[File]:
    """The files of a request. Refuses more than a mail may carry before it reads them all."""
    sent = _named(uploads)
    try:
        if len(sent) > MOST_FILES:
            raise Invalid(f"A mail may have {number(MOST_FILES)} files.", field="files")
        return [_file(each) for each in sent]
    finally:
        for each in sent:  # A large file stays on disk until it is closed.
            each.close()


def names_of_files(uploads: Iterable[FileStorage]) -> list[str]:
    return [_name(each) for each in _named(uploads)]


def _named(uploads: Iterable[FileStorage]) -> list[FileStorage]:
    """Without the empty field that a form has when no file was chosen."""
    return [each for each in uploads if each.filename]


def _name(upload: FileStorage) -> str:
    """Some browsers send a whole path for a name."""
    return re.split(r"[/\\]", upload.filename or "")[-1].strip()


def _file(upload: FileStorage) -> File:
    content = upload.stream.read(MOST_FILE_BYTES + 1)
    if len(content) > MOST_FILE_BYTES:
        raise Invalid(TOO_LARGE, field="files")
    name = _name(upload)
    kind = (upload.mimetype or "").lower()
    if not TYPE.fullmatch(kind):
        kind = mimetypes.guess_type(name)[0] or ANY_TYPE
    return File(new_id(), name, kind, len(content), b64encode(content).decode())
