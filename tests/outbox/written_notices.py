"""Notices of non-delivery as servers write them. Every address is invented."""

from collections.abc import Iterable

from tests.outbox.sent_mail import ROSA

EXCHANGE = f"""\
From: <postmaster@northwind.example>
To: <talent@northwind.example>
Date: Tue, 24 Nov 2026 14:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="49bf7d1e-6f1e-4f0a-9b1a-3a1a2b3c4d5e"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US
Message-ID: <ndr-1@northwind.example>
In-Reply-To: <m1@northwind.example>
References: <m1@northwind.example>
Subject: Undeliverable: Your interview
Auto-Submitted: auto-replied
MIME-Version: 1.0

--49bf7d1e-6f1e-4f0a-9b1a-3a1a2b3c4d5e
Content-Type: multipart/alternative; differences=Content-Type;
 boundary="b1d1"

--b1d1
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to {ROSA} couldn't be delivered.

--b1d1
Content-Type: text/html; charset="us-ascii"

<html><body>Your message couldn't be delivered.</body></html>

--b1d1--

--49bf7d1e-6f1e-4f0a-9b1a-3a1a2b3c4d5e
Content-Type: message/delivery-status

Reporting-MTA: dns;DB9PR01MB0001.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;DB9PR01MB0002.eurprd01.prod.exchangelabs.com
Arrival-Date: Tue, 24 Nov 2026 14:00:02 +0000

Final-Recipient: rfc822;{ROSA}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
X-Display-Name: Rosa Ortega


--49bf7d1e-6f1e-4f0a-9b1a-3a1a2b3c4d5e
Content-Type: message/rfc822

From: Priya Kaur <talent@northwind.example>
To: Rosa Ortega <{ROSA}>
Subject: Your interview
Message-ID: <m1@northwind.example>
x-portal-message: m1
MIME-Version: 1.0
Content-Type: text/plain

Hi Rosa

--49bf7d1e-6f1e-4f0a-9b1a-3a1a2b3c4d5e--
""".encode()


def report(
    told: Iterable[tuple[str, str, str]],
    *,
    headers: str = "",
    top: str = "",
    kind: str = "delivery-status",
    joined: bool = False,
    status_part: str | None = None,
) -> bytes:
    """A report with so many recipients: address, action and status.

    `headers` are those of the returned mail, and `top` further ones of the notice. In a `joined`
    one all fields stand in one block.
    """
    fields = "" if joined else "\n"
    blocks = fields.join(
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        for address, action, status in told
    )
    between = "" if joined else "\n"
    status = status_part or f"\n\nReporting-MTA: dns; mail.example\n{between}{blocks}"
    first = f"{top}\n" if top else ""
    return (
        f"From: MAILER-DAEMON@mail.example\n{first}MIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\nSorry.\n"
        f"--x\nContent-Type: message/{kind}{status if status_part is None else ''}"
        f"{chr(10) + status_part if status_part is not None else ''}\n"
        f"--x\nContent-Type: text/rfc822-headers\n\n{headers}\n\n--x--\n"
    ).encode()
