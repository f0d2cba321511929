"""Non-delivery reports for unknown addresses of the tenant."""

import email.message
import email.policy
import email.utils

from sandbox.database import Row, State
from sandbox.mail import delivery
from sandbox.mime import parser


def bounce(state: State, sender: Row, raw: bytes, address: str) -> None:
    """Deliver a non-delivery report to the sender, as Exchange does after it accepted a message."""
    subject = parser.parse(raw).header("subject")
    domain = state.setting("domain")
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = (
        f"Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{domain}>"
    )
    message["To"] = sender["mail"]
    message["Subject"] = f"Undeliverable: {subject}"
    message["Date"] = email.utils.format_datetime(state.now())
    message["Message-ID"] = email.utils.make_msgid(domain=domain)
    message["In-Reply-To"] = message["References"] = parser.parse(raw).header("message-id")
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(
        f"Delivery has failed to these recipients or groups:\n\n{address}\n"
        f"The email address wasn't found at {domain}. Check for a wrong spelling and send again.\n"
    )
    delivery.deliver(state, sender["upn"], message.as_bytes())
