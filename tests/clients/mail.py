"""The mail that clients send, with its mark and the filter that finds its copy."""

PRIYA = "priya@northwind.example"
ROSA = "rosa.ortega@mail.example"
NAME = "String {9f6c3a54-3b1e-4f7e-9a41-5d0c7f4f2a11} Name PortalMessage"
FOUND = f"singleValueExtendedProperties/Any(ep: ep/id eq '{NAME}' and ep/value eq '5f2c')"
EXPAND = f"singleValueExtendedProperties($filter=id eq '{NAME}')"
FROM_ROSA = (
    f"From: Rosa Ortega <{ROSA}>\r\nTo: {PRIYA}\r\nSubject: Portfolio\r\n"
    "Message-ID: <portfolio@mail.example>\r\n\r\nHere it is.\r\n"
).encode()
