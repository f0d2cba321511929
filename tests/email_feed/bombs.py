"""Pieces of text that are dear to show when a message repeats them."""

LONGEST = 1_000_000
BOMBS = {
    "links": "http://éé.b/ ",
    "long hosts": "http://" + "é" * 1900 + ".example/ ",
    "many hosts": "".join(f"http://h{number}é.example/ " for number in range(2_000)),
    "long links": "http://a.example/" + "&" * 1_900 + " ",
    "quotes by turns": "> a\nb\n",
    "deep quotes": "> " * 400 + "a\n",
    "tables": "| " * 40 + "\n",
    "ampersands": "&",
    "controls": "a\x01\x1b",
    "tags": "\U000e0041",
    "reversed": "\u202eab",
    "empty lines": " \n",
    "headers": "From: a@b.example 2026 10:00\nTo: b\nSubject: c\n",
    "announcements": "On Monday at 9:00 she wrote:\n> x\n\n",
    "four bytes": "𐐷",
}
