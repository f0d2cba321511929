"""The forms of the page “Sending”: the email domain, and the mailbox for automated mail."""

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from portal.email_domain.models import EmailDomain
from portal.outbox.automated_store import Mailbox
from portal.smtp_config import MOST_PORTS, Security, SmtpConfig
from portal.web.forms import AddressField, ChoiceField, LineField, PasswordField, PortalForm

SECURITY = (
    SelectChoice(Security.STARTTLS, "STARTTLS (port 587 or 2525)"),
    SelectChoice(Security.TLS, "TLS from the start (port 465)"),
)


class DomainForm(PortalForm):
    from_address = AddressField(
        "From address",
        description="It belongs to the domain that your provider has set up for sending.",
    )
    from_name = LineField(
        "Name that candidates see", longest=100, required=False, description="Such as your company."
    )
    reply_to = AddressField(
        "Address for answers",
        required=False,
        description="Leave it empty if answers go to the From address.",
    )
    host = LineField("Server", longest=253, description="It looks like smtp.example.com.")
    security = ChoiceField("Encryption", choices=SECURITY)
    port = LineField("Port", longest=5, description="465, 587 or 2525.")
    username = LineField("User name", longest=255)
    password = PasswordField(
        "Password",
        longest=255,
        required=False,
        description="It is stored encrypted and never shown again. Leave it empty to keep it.",
    )

    def validate_port(self, field: LineField) -> None:
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST_PORTS):
            raise StopValidation("A port is a number, such as 587.")

    @property
    def smtp(self) -> SmtpConfig:
        return SmtpConfig(
            host=self.host.data.lower(),
            port=int(self.port.data),
            security=Security(self.security.data),
            username=self.username.data,
            password=self.password.data or "",
            from_address=self.from_address.data,
            from_name=self.from_name.data,
            reply_to=self.reply_to.data or "",
        )


def domain_form(domain: EmailDomain | None) -> DomainForm:
    """The form as it was saved, without the password."""
    if domain is None:
        return DomainForm(data={"port": "587", "security": Security.STARTTLS})
    smtp = domain.smtp
    return DomainForm(
        data={
            "host": smtp.host,
            "port": str(smtp.port),
            "security": smtp.security,
            "username": smtp.username,
            "from_address": smtp.from_address,
            "from_name": smtp.from_name,
            "reply_to": smtp.reply_to,
        }
    )


class MailboxForm(PortalForm):
    account = ChoiceField("Mailbox")

    def offer(self, mailboxes: Iterable[Mailbox]) -> "MailboxForm":
        """Offer these mailboxes, each by its name and address."""
        none = SelectChoice("", "Choose a mailbox")
        known = (
            SelectChoice(each.account_id, f"{each.name} · {each.address}") for each in mailboxes
        )
        self.account.choices = [none, *known]
        return self
