"""The form for the app registration."""

import re
from datetime import date
from typing import Any

import wtforms
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.config import MANY_TENANTS, TENANT, is_example
from portal.web.forms import (
    ChoiceField,
    LineField,
    PasswordField,
    PortalForm,
    TextField,
    UploadField,
)

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
CERTIFICATE_AT_MOST = 20 * 1024
CLOUDS = [
    SelectChoice("global", "Global"),
    SelectChoice("gcc-high", "US Government (GCC High)"),
    SelectChoice("dod", "US Government (DoD)"),
    SelectChoice("china", "China, operated by 21Vianet"),
]


class WrittenOnly(wtforms.widgets.TextArea):  # type: ignore[misc]  # WTForms ships no types
    """Several lines of text, never shown again."""

    def __call__(self, field: Any, **more: Any) -> Any:
        kept, field.data = field.data, ""
        try:
            return super().__call__(field, **more)
        finally:
            field.data = kept


class ApplicationForm(PortalForm):
    """An empty secret and certificate keep the stored ones."""

    client_id = LineField(
        "Application (client) ID",
        longest=36,
        description="From the overview of the app registration. Not its object ID.",
    )
    tenant = LineField(
        "Directory (tenant) ID",
        longest=253,
        description="From the same overview; or a verified domain.",
    )
    cloud = ChoiceField("Cloud", choices=CLOUDS)
    client_secret = PasswordField(
        "Client secret",
        longest=512,
        required=False,
        description="The secret's value, not its ID. Microsoft shows it once, when it is made.",
    )
    certificate = TextField(
        "Or a certificate with its private key",
        longest=CERTIFICATE_AT_MOST,
        required=False,
        widget=WrittenOnly(),
        description="As PEM, without a password. Microsoft advises a certificate.",
    )
    certificate_file = UploadField(
        "Or a file with both",
        largest=CERTIFICATE_AT_MOST,
        accept=".pem,.crt,.cer,.key,application/x-pem-file",
        required=False,
        description="The same as a file: PEM, with the certificate and its private key.",
    )
    expires_on = LineField(
        "The secret expires on",
        longest=10,
        required=False,
        widget=wtforms.widgets.DateInput(),
        description="Portal warns you in time. A certificate carries its own date.",
    )

    def validate_client_id(self, field: LineField) -> None:
        if not GUID.fullmatch(field.data) or is_example(field.data):
            raise StopValidation(
                "This is not an application ID. It looks like 11111111-2222-4333-8444-555555555555."
            )

    def validate_tenant(self, field: LineField) -> None:
        if field.data.lower() in MANY_TENANTS:
            raise StopValidation(
                "This lets accounts of other organizations in. Enter your directory's ID or domain."
            )
        if (
            is_example(field.data)
            or not TENANT.fullmatch(field.data)
            or ("." not in field.data and "-" not in field.data)
        ):
            raise StopValidation("This is neither a directory ID nor a domain.")

    def validate_client_secret(self, field: LineField) -> None:
        if GUID.fullmatch(field.data.strip()):
            raise StopValidation(
                "This is the secret's ID. Enter its value, which Microsoft shows only once, right "
                "after the secret was made; otherwise make a new one."
            )

    def validate_certificate_file(self, field: UploadField) -> None:
        if field.data is None:
            return
        if self.certificate.data:
            raise StopValidation("Paste the certificate or choose its file, not both.")
        if b"-----BEGIN" not in field.data:
            raise StopValidation(
                "This is not a PEM file. Convert a PFX file first: openssl pkcs12 -in portal.pfx "
                "-nodes -out portal.pem"
            )

    @property
    def given_certificate(self) -> str:
        """The certificate that was pasted or uploaded. Names between the blocks do not matter."""
        uploaded = self.certificate_file.data
        return uploaded.decode("ascii", "ignore") if uploaded else str(self.certificate.data)

    def validate_expires_on(self, field: LineField) -> None:
        try:
            self.expiry = date.fromisoformat(field.data) if field.data else None
        except ValueError:
            raise StopValidation("This is not a date. It looks like 2027-11-30.") from None
        if self.client_secret.data and self.expiry is None:
            raise StopValidation(
                "Please say when the secret expires; Microsoft shows it beside the secret."
            )

    expiry: date | None = None
