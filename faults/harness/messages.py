"""Addresses and raw messages for faults."""

MEMBER = "nora@northwind.example"
ROSA = "rosa.ortega@mail.example"
NEWS = "news@shop.example"  # a stranger, unless a fault adds them as a candidate
HIDDEN = "<hidden@mail.example>"  # begins a conversation that somebody hid
BODY = "between-rosa-and-nora-alone"


def raw_message(
    number: int, *, sender: str = ROSA, to: str = MEMBER, headers: str = "", text: str = ""
) -> bytes:
    return (
        f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: Message {number}\r\n{headers}"
        f"Message-ID: <{number}-{sender}>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\n"
        f"{BODY} {number}\r\n{text}"
    ).encode()
