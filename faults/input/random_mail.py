"""Mail with anything in it, through a whole sync and onto the pages that show it."""

from dataclasses import replace
from functools import partial
from random import Random

from faults.harness import fault_run
from faults.harness.fault_run import FaultRun
from faults.harness.messages import MEMBER, ROSA
from faults.harness.outcome import Faults, Outcome
from faults.input import mutations
from faults.input.attempts import SEED, source_of
from portal import create_app
from portal.worker import foreground
from sandbox.mail import delivery
from tests.support.visitors import HOME, Visitor, visitor

COUNTS = {"mail": 1_000}
ROUND = 50
DATES = (
    "Mon, 23 Nov 2026 12:00:00 +0000",
    "Thu, 1 Jan 1970 00:00:00 -9999",
    "x",
    "31 Feb 0001 25:61",
    "",
)
BODIES = (
    ("text/plain; charset=utf-8", "Hello,\nsee you on Monday.\n\nOn Sunday she wrote:\n> before\n"),
    ("text/plain; charset=utf-7", "+AGEAYg-"),
    ("text/plain; charset=nonsense", "\u00e9" * 50),
    ("text/html", "<p>Hello <a href='http://[x'>you</a><script>1</script></p>" + "<div>" * 300),
    ("text/html; charset=utf-16", "<p>\x00</p>"),
    ("multipart/mixed; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n"
     "Content-Disposition: attachment; filename*=utf-8''%FF%00..%2Fx.pdf\r\n\r\n%PDF\r\n--b--"),
    ("multipart/alternative; boundary=\"\"", "----"),
    ("message/rfc822", "From: a@b.example\r\n\r\n" * 30),
    ("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nRRULE:FREQ=SECONDLY\r\n"),
    ("x" * 300, "x" * 20_000),
)  # fmt: skip  # one to a line says no more


def random_mail(*, part: float = 1.0, seed: int = SEED) -> Outcome:
    mails = round(part * COUNTS["mail"])
    with fault_run.one_mailbox(messages=1) as run:
        app = create_app(replace(run.services.config, base_url=HOME))
        browser = visitor(app, run.user_id)
        wrong: list[str] = []
        seen: set[str] = set()
        for begun in range(0, mails, ROUND):
            numbers = range(begun, min(begun + ROUND, mails))
            for number in numbers:
                mail = _mail(source_of(seed, "mail", number), number)
                delivery.deliver(run.sandbox.state, MEMBER, mail)
            told = f"(seed {seed}, mail {numbers[0]} to {numbers[-1]})"
            foreground.sync(run.services, MEMBER, lambda _: None)
            wrong += [f"{each} {told}" for each in _shown(run, browser, seen)]
        if len(seen) < mails // 2:
            wrong.append(f"only {len(seen)} of {mails} mails were kept")
        checked = f"never a 500: {mails} mail, {len(seen)} kept and shown"
        return Outcome(mails, checked, tuple(wrong[:20]), mails)


def _shown(run: FaultRun, browser: Visitor, seen: set[str]) -> list[str]:
    """Open the page of each new message, its text and the feed."""
    home = f"/candidates/{run.candidate}"
    found = run.services.rows.all(str, "select subject_id from feed_entries where kind = 'email'")
    new = set(found) - seen
    seen |= new
    messages = [f"{home}/messages/{each}" for each in sorted(new)]
    paths = [home, "/candidates", *messages, *(f"{each}/text" for each in messages[:3])]
    answers = ((path, browser.get(path).status_code) for path in paths)
    return [f"{path}: {status}" for path, status in answers if status != 200]


def _mail(source: Random, number: int) -> bytes:
    """A mail from the candidate, most of whose parts are bad."""
    kind, body = source.choice(BODIES)
    head = {
        "From": f"{_line(source)} <{ROSA}>", "To": f"<{MEMBER}>, {_line(source)}",
        "Subject": _line(source), "Date": source.choice(DATES),
        "Message-ID": f"<{number}{_line(source)}>",
        "References": _line(source), "In-Reply-To": _line(source), "Reply-To": _line(source),
        "Cc": ", ".join(f"{_line(source)}@mail.example" for _ in range(source.choice((0, 1, 60)))),
        "Importance": _line(source), "Content-Type": kind,
        "Content-Transfer-Encoding": source.choice(
            ("8bit", "base64", "quoted-printable", "x", "7bit")),
    }  # fmt: skip  # one to a line says no more
    spoiled = mutations.spoiled(source, body) if source.random() < 0.7 else body
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    content = (lines + "\r\n" + spoiled).encode("utf-8", "surrogatepass")
    if source.random() < 0.3:
        # The sender stays, so that the mail is taken in.
        sender, rest = content.split(b"\r\n", 1)
        content = sender + b"\r\n" + mutations.spoiled_bytes(source, rest)
    return content


def _line(source: Random) -> str:
    return mutations.word(source)[:3_000].replace("\r", "").replace("\n", " ")


FAULTS: Faults = {"random-mail": random_mail}
FULL: Faults = {"random-mail": partial(random_mail, part=10.0)}
