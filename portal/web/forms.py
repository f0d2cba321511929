"""Field types that all forms share: strict text, lengths, addresses, switches."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import wtforms
from email_validator import EmailNotValidError
from wtforms.validators import StopValidation

from portal.addresses import checked
from portal.characters import complaint, is_control, missing
from portal.errors import Invalid

ADDRESS_LENGTH = 254


class PortalForm(wtforms.Form):  # type: ignore[misc]  # WTForms ships no types
    """A form over the request. Drops fields that it does not list."""

    refusal: str | None = None

    def check(self) -> None:
        """Raise the first refusal. Every refusal is shown at its field."""
        if not self.validate():
            name, sentences = next(iter(self.errors.items()))
            raise Invalid(str(sentences[0]), field=name)

    def refuse(self, error: Invalid) -> Self:
        """Show a refusal at its field, or above the form (`refusal`)."""
        if error.field is None or error.field not in self:
            self.refusal = str(error)
        elif str(error) not in self[error.field].errors:
            self[error.field].errors = [*self[error.field].errors, str(error)]
        return self


class LineField(wtforms.StringField):  # type: ignore[misc]  # WTForms ships no types
    """One line of text, stripped."""

    is_one_line = True

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        longest: int = 200,
        required: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(label, validators, **more)
        self.longest = longest
        self.required = required
        if required:
            self.flags.required = True
        self.flags.maxlength = longest

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = str(valuelist[0]) if valuelist else ""
        self.data = self.cleaned(self.data)

    def cleaned(self, text: str) -> str:
        return text.strip()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms hands it over
        text = self.data or ""
        refusal = complaint(text, self.longest, is_one_line=self.is_one_line)
        if refusal is None and self.required and not text:
            refusal = missing(self.label.text)
        if refusal is not None:
            raise StopValidation(refusal)


class TextField(LineField):
    """Text of several lines, with line ends made equal."""

    is_one_line = False
    widget = wtforms.widgets.TextArea()

    def cleaned(self, text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class PasswordField(LineField):
    """A password exactly as typed, never shown again."""

    widget = wtforms.widgets.PasswordInput(hide_value=True)

    def cleaned(self, text: str) -> str:
        return text


class AddressField(LineField):
    """Exactly one email address."""

    widget = wtforms.widgets.EmailInput()

    def __init__(self, label: str, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, longest=ADDRESS_LENGTH, **more)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data:
            self.data = address(self.data)


class ChoiceField(wtforms.SelectField):  # type: ignore[misc]  # WTForms ships no types
    """One of a fixed list."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms hands it over
        if self.data not in [choice.value for choice in self.iter_choices()]:
            raise StopValidation("Please choose one of the list.")


class UploadField(wtforms.FileField):  # type: ignore[misc]  # WTForms ships no types
    """One file, read into memory. `data` is its content, or None."""

    def __init__(
        self, label: str, *, largest: int, accept: str, required: bool = True, **more: Any
    ) -> None:
        super().__init__(label, render_kw={"accept": accept}, **more)
        self.largest = largest
        self.required = required
        if required:
            self.flags.required = True

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        sent = next((each for each in valuelist if getattr(each, "filename", "")), None)
        self.data = None
        if sent is not None:
            with sent.stream as stream:  # A large file stays on disk until it is closed.
                self.data = stream.read(self.largest + 1)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  # WTForms hands it over
        if self.data is None and self.required:
            raise StopValidation("Please choose a file.")
        if self.data is not None and len(self.data) > self.largest:
            kilobytes = self.largest // 1024
            most = f"{kilobytes} KB" if kilobytes < 1024 else f"{kilobytes // 1024} MB"
            raise StopValidation(f"This file is too large. It may have {most} at most.")


class SwitchForm(PortalForm):
    """The wanted state: `on` is 1 or 0."""

    on = LineField("On", longest=1)

    def validate_on(self, field: LineField) -> None:
        if field.data not in ("0", "1"):
            raise StopValidation("This switch can only be turned on or off.")

    @property
    def wants_on(self) -> bool:
        return bool(self.on.data == "1")


def address(text: str) -> str:
    """Check one address and lower its domain. Asks no server."""
    try:
        return checked(text)
    except EmailNotValidError:
        raise StopValidation(
            "This is not an email address. It looks like name@example.com."
        ) from None


def one_line(values: Mapping[str, str], name: str, *, longest: int = 200) -> str:
    """A search or filter value from the URL, cut and cleaned rather than refused."""
    kept = (sign for sign in values.get(name, "")[:longest] if not is_control(sign))
    return "".join(kept).strip()


def page_number(values: Mapping[str, str]) -> int:
    """The page number from the URL. 1 if it is not a number."""
    text = values.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
