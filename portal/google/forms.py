"""The form for values from the Google Cloud console."""

import re

from wtforms.validators import StopValidation

from portal.web.forms import LineField, PasswordField, PortalForm

PRINTABLE = re.compile(r"[!-~]+")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SEPARATORS = re.compile(r"[\s,;]+")
PERSONAL = {"gmail.com", "googlemail.com"}


class ApplicationForm(PortalForm):
    client_id = LineField(
        "Client ID",
        longest=255,
        description="It ends with .apps.googleusercontent.com.",
    )
    client_secret = PasswordField(
        "Client secret",
        longest=255,
        required=False,
        description="It is stored encrypted and never shown again. Leave it empty to keep it.",
    )
    hosted_domain = LineField(
        "Domains of your organization",
        longest=1000,
        description="Those in your people's Google accounts, like example.com. Put a comma between "
        "several.",
    )

    def validate_client_id(self, field: LineField) -> None:
        if not PRINTABLE.fullmatch(field.data):
            raise StopValidation("A client ID has no blanks in it. Copy it once more.")

    def validate_client_secret(self, field: PasswordField) -> None:
        if field.data and not PRINTABLE.fullmatch(field.data):
            raise StopValidation("A client secret has no blanks in it. Copy it once more.")

    def validate_hosted_domain(self, field: LineField) -> None:
        domains = [each.removeprefix("@") for each in SEPARATORS.split(field.data.lower()) if each]
        if PERSONAL & set(domains):
            raise StopValidation(
                "Accounts there are personal ones, and belong to no organization. Enter the domain "
                "of your Google Workspace."
            )
        if not domains or not all(map(DOMAIN.fullmatch, domains)):
            raise StopValidation("This is not a domain. It looks like example.com.")
        field.data = " ".join(dict.fromkeys(domains))
