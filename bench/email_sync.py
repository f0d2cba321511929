"""Goals 1 to 4 and 6: first syncs against the floor, rate limits, memory."""

import importlib.util
from collections.abc import Iterator
from typing import Any

import requests

from bench.measure import Outcome, canned, folder, growth, in_turns, report

MESSAGES = 20_000
MAILBOXES = 8


def first_syncs() -> Iterator[Outcome]:
    """Goals 1 and 2: messages a second, compared with the floor that stores every message."""
    for goal, every, wanted in (("1", 10, 1.5), ("2", 1, 0.6)):
        with canned(messages=MESSAGES, every_nth_with_candidate=every) as root:
            product, floor = in_turns(
                lambda: _rate(root, "bench.product"), lambda: _rate(root, "bench.floor")
            )
        share = "one in ten with a candidate" if every == 10 else "every message kept"
        ratio = product / floor
        yield Outcome(
            goal,
            f"first sync of {MESSAGES:,} messages, {share}",
            f"{ratio:.2f} x floor",
            f">= {wanted} x",
            ratio >= wanted,
        )


def _rate(root: str, module: str) -> float:
    with folder() as path:
        if module == "bench.floor":
            done = report(module, f"{root}/v1.0", "mailbox-1", str(path / "floor.db"))
        else:
            done = report(module, root, str(path), "1")
    return float(done["looked"] / done["seconds"])


def against_o365() -> Iterator[Outcome]:
    """Goal 2 again: Portal keeps every message, python-o365 reads them and keeps nothing."""
    what = f"the same, against python-o365 reading {MESSAGES:,} messages"
    if importlib.util.find_spec("O365") is None:
        needed = "pip install -r requirements-clients.txt"
        yield Outcome("2", what, needed, ">= 8 x", None)
        return
    with canned(messages=MESSAGES, every_nth_with_candidate=1) as root:
        product, theirs = in_turns(lambda: _rate(root, "bench.product"), lambda: _o365(root))
    ratio = product / theirs
    yield Outcome("2", what, f"{ratio:.1f} x python-o365", ">= 8 x", ratio >= 8)


def _o365(root: str) -> float:
    done = report("bench.o365", root, "mailbox-1")
    if done["looked"] != MESSAGES:
        raise RuntimeError(f"python-o365 read {done['looked']} of {MESSAGES} messages")
    return float(done["looked"] / done["seconds"])


def throttled() -> Iterator[Outcome]:
    """Goals 3 and 4: eight mailboxes at once, without refusals and with one 429 in twenty."""
    quiet, _ = _many(throttled_every=0)
    slowed, counts = _many(throttled_every=20)
    whole = MAILBOXES * 2_000
    yield Outcome(
        "3",
        "requests at once on one mailbox",
        str(counts["most_at_once"]),
        "<= 4",
        counts["most_at_once"] <= 4,
    )
    exact = slowed["looked"] == whole and slowed["kept"] == slowed["entries"] == whole // 10
    waits = counts["counts"].get("throttled", 0) * 1.0
    allowed = quiet["seconds"] + waits / slowed["threads"]
    ratio = slowed["seconds"] / allowed
    yield Outcome(
        "4",
        f"one request in 20 answered 429 ({int(waits)} waits), nothing lost or doubled",
        f"{ratio:.2f} x" + ("" if exact else ", NOT EXACT"),
        "<= 1.3 x",
        exact and ratio <= 1.3,
    )


def _many(*, throttled_every: int) -> tuple[dict[str, Any], dict[str, Any]]:
    with (
        canned(messages=2_000, throttled_every=throttled_every, delay=0.01) as root,
        folder() as path,
    ):
        done = report("bench.product", root, str(path), str(MAILBOXES))
        session = requests.Session()
        session.trust_env = False
        counts = session.get(f"{root}/_counts", timeout=10).json()
    return done, counts


def memory() -> Iterator[Outcome]:
    """Goal 6: growth of peak memory with ten times the messages."""
    yield from _memory(100_000)


def memory_of_a_million() -> Iterator[Outcome]:
    yield from _memory(1_000_000)


def _memory(most: int) -> Iterator[Outcome]:
    peaks = []
    for messages in (10_000, most):
        with canned(messages=messages) as root, folder() as path:
            peaks.append(report("bench.product", root, str(path), "1")["peak_mb"])
    yield growth("6", f"peak memory of a sync, {most:,} messages against 10,000", peaks)
    yield Outcome("6", "the peak itself", f"{peaks[1]} MB", "<= 110 MB", peaks[1] <= 110)
