"""Raw messages that tests deliver."""

PRIYA = "priya@northwind.example"


def raw_message(subject: str = "Portfolio", **headers: str) -> bytes:
    """A message from Rosa to Priya. Headers can be added or replaced."""
    fields = {
        "From": "Rosa Ortega <rosa.ortega@mail.example>",
        "To": f"Priya Kaur <{PRIYA}>",
        "Subject": subject,
        "Date": "Mon, 23 Nov 2026 17:20:00 +0000",
        "Message-ID": f"<{subject.replace(' ', '-')}@mail.example>",
    } | headers
    head = "\r\n".join(f"{name}: {value}" for name, value in fields.items())
    return f"{head}\r\n\r\nHere is the portfolio.\r\n".encode()


WITH_FILE = (
    b"From: Rosa Ortega <rosa.ortega@mail.example>\r\nTo: priya@northwind.example\r\n"
    b"Subject: With a file\r\nMessage-ID: <file@mail.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
    b"See the file.\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="plan.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
)
