"""Bad values, and plausible ones made bad, all from one seeded source."""

from random import Random

ODD = (
    "", " ", "0", "-1", "1", "on", "true", "null", "\x00", "\x1b[0m", "é" * 500, "x" * 70_000,
    "9" * 400, "1e309", "NaN", "-0", "0x10", "٣", "²", "½",
    "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "2026-11-30T25:61", "24:00", "23:59:60",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-30T10:00:00+99:99", "2026-W01-1",
    "Mars/Phobos", "Europe/Berlin", "../../etc/localtime", "UTC\x00",
    "a@b", "@", "a@[127.0.0.1]", "=?utf-8?q?a?=@b.example", "a@b.example, c@d.example",
    "a@b.example\r\nBcc: x@y.example", '"a\\"b"@c.example', "a@" + "b." * 200 + "example",
    "{", "{}", "[]", "[[[[[[", '{"a": 1}', "{interview}", "{{7*7}}", "{candidate",
    "%00", "%", "%s%n", "../x", "'; drop table users; --", "<script>", "\u202e\u2066", "\ufeff",
    "\U000e0041", "\u2028", "a\r\nb", "𐐷" * 100, "ﬃ", "ß", "İ", "\ud7ff", "1,2", "1;2", "xn--",
    "xn--a",
    "xn--" + "z" * 80 + ".example", "http://[", "https://a:b@c", "javascript:alert(1)", "//x",
)  # fmt: skip  # one to a line says no more
NAMES = (
    "id", "number", "name", "address", "addresses", "page", "after", "before", "q", "search",
    "time_zone",
    "file", "files", "subject", "body", "to", "cc", "start", "day", "time", "role", "state", "seen",
    "action", "on", "__proto__", "a[]", "", "\x00", "x" * 300,
)  # fmt: skip  # one to a line says no more
Pairs = list[tuple[str, str]]


def word(source: Random) -> str:
    """A random text, or an odd one."""
    if source.random() < 0.6:
        return source.choice(ODD)
    size = source.choice((1, 3, 12, 60))
    return "".join(character(source) for _ in range(size))


def character(source: Random) -> str:
    """Any character of Unicode but the halves of a pair."""
    ranges = ((0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF))
    return chr(source.randint(*source.choice(ranges)))


def pairs(source: Random, fields: dict[str, list[str]]) -> Pairs:
    """A form as a browser would send it, with up to four things wrong."""
    made = [(name, source.choice(values or [word(source)])) for name, values in fields.items()]
    for _ in range(source.randint(0, 4)):
        _spoil(source, made)
    return made


def _spoil(source: Random, made: Pairs) -> None:
    kind = source.choice(("value", "value", "value", "drop", "double", "add", "cut", "swap"))
    if kind == "add" or not made:
        made.append((source.choice(NAMES), word(source)))
        return
    place = source.randrange(len(made))
    name, value = made[place]
    if kind == "drop":
        del made[place]
    elif kind == "double":
        made.append((name, word(source)))
    elif kind == "swap":
        made[place] = (name, source.choice(made)[1])
    else:
        made[place] = (name, spoiled(source, value) if kind == "cut" else word(source))


def spoiled(source: Random, value: str) -> str:
    """A value with a part cut out and something odd in its place."""
    start = source.randint(0, len(value))
    return value[:start] + source.choice(("", word(source))) + value[start + source.randint(0, 3) :]


def spoiled_bytes(source: Random, content: bytes) -> bytes:
    """Bytes with some of them changed, cut out, doubled or put in."""
    made = bytearray(content)
    for _ in range(source.randint(0, 6)):
        place = source.randint(0, len(made))
        size = source.choice((1, 1, 2, 8, 64))
        made[place : place + source.choice((0, size))] = source.choice(
            (source.randbytes(size), b"", bytes(made[place : place + size]) * 3, b"\x00", b"\r\n")
        )
    return bytes(made)


def value(source: Random, depth: int = 3) -> object:
    """Any value of JSON."""
    roll = source.random()
    if depth and roll < 0.2:
        return [value(source, depth - 1) for _ in range(source.randint(0, 4))]
    if depth and roll < 0.4:
        return {word(source): value(source, depth - 1) for _ in range(source.randint(0, 4))}
    return source.choice(
        (None, True, False, 0, -1, 2**70, 1.5, float("inf"), float("nan"), word(source))
    )
