"""Goals 9, 10 and 13: pages, switches and start-up under gunicorn."""

import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench import full_database, load, product
from bench.measure import (
    ROOT,
    Outcome,
    answers,
    canned,
    environment,
    folder,
    free_port,
    in_turns,
    percentile,
    report,
)
from portal.clock import utc_now
from portal.services import Services
from portal.storage import sessions
from portal.storage.sessions import SessionRow
from portal.vault import hash_token
from portal.web.sessions import PERSON, PortalSession

GUNICORN = ("gunicorn", "--workers", "2", "--threads", "4", "--worker-class", "gthread")
REQUESTS = 600
FULL_OF_MESSAGES = 1_000_000
FULL_OF_PEOPLE = 100_000


@contextmanager
def serving(
    app: str, port: int, settings: dict[str, str], path: str
) -> Iterator[tuple[float, int]]:
    """Run gunicorn; yield the seconds to its first answer and its process id."""
    started = time.perf_counter()
    command = [sys.executable, "-m", *GUNICORN, "--bind", f"127.0.0.1:{port}", app]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment() | settings, stderr=subprocess.DEVNULL
    )
    try:
        while not answers(port, path):
            time.sleep(0.02)
        yield time.perf_counter() - started, server.pid
    finally:
        server.terminate()
        server.wait()


def resident_mb(master: int) -> float:
    """Proportional memory of a process and its children, in MB."""
    pids = [str(master), *_children(master)]
    return sum(_own_kb(pid) for pid in pids) / 1024


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _own_kb(pid: str) -> int:
    found = re.search(r"(?m)^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
    return int(found[1]) if found else 0


@contextmanager
def portal(root: str, place: Path, *, port: int) -> Iterator[tuple[Services, dict[str, str]]]:
    """Services of a portal in this folder, and the settings for its programs."""
    settings = product.settings_for(place, root) | {"PORTAL_BASE_URL": f"http://localhost:{port}"}
    yield product.services_for(place, root, settings), settings


def signed_in(services: Services, user_id: str) -> str:
    """Sign this user in and return the value of the session cookie."""
    own = PortalSession(secrets.token_urlsafe(32))
    own[PERSON] = user_id
    own["role"] = "member"
    now = utc_now()
    row = SessionRow(
        hash_token(own.id), user_id, own.content, now - timedelta(minutes=1), now, now, "127.0.0.1"
    )
    with services.rows.write():
        sessions.save(services.rows, row)
    return own.id


def settings_page() -> Iterator[Outcome]:
    """Goals 9 and 13: requests a second, start-up and memory."""
    ours, floor, start, used = _settings_page()
    yield at_least("9", "settings page, requests a second", ours / floor, 0.7, "x bare Flask")
    yield Outcome("13", "start to first answer", f"{start:.1f} x bare", "<= 4 x", start <= 4)
    yield Outcome(
        "13", "memory of the web, two workers", f"{used:.0f} MB", "<= 140 MB", used <= 140
    )


def settings_page_of_a_full_portal() -> Iterator[Outcome]:
    """Goal 9 with every message in the mailbox of the person who opens the page."""
    ours, floor, _, _ = _settings_page(messages=FULL_OF_MESSAGES, people=FULL_OF_PEOPLE)
    what = f"settings page, {FULL_OF_MESSAGES:,} messages, {FULL_OF_PEOPLE:,} people"
    yield at_least("9", what, ours / floor, 0.7, "x bare Flask")


def _settings_page(*, messages: int = 0, people: int = 0) -> tuple[float, float, float, float]:
    """Return pages a second of ours and of bare Flask, the ratio of start-up, and MB."""
    port, bare_port = free_port(), free_port()
    with canned(messages=1000) as root, folder() as place, folder() as bare_place:
        with portal(root, place, port=port) as (services, settings):
            user = product.add_mailbox(services, 1)
            product.add_candidates(services)
            product.first_syncs(services, 1)
            if messages:
                full_database.fill(services, messages=messages, people=people)
            cookie = signed_in(services, user)
        bare = {"BARE_DATABASE": str(bare_place / "bare.db")}
        with (
            serving("wsgi:app", port, settings, "/healthz") as (start, master),
            serving("bench.bare:app", bare_port, bare, "/healthz") as (bare_start, _),
        ):
            ours, floor = in_turns(lambda: _pages(port, cookie), lambda: _pages(bare_port, cookie))
            used = resident_mb(master)
    return ours, floor, start / bare_start, used


def at_least(goal: str, what: str, ratio: float, wanted: float, unit: str) -> Outcome:
    return Outcome(goal, what, f"{ratio:.2f} {unit}", f">= {wanted}", ratio >= wanted)


def _pages(port: int, cookie: str) -> float:
    head = (
        f"GET /settings/email HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: portal={cookie}\r\n\r\n"
    ).encode()
    done = load.run(port, lambda _: head, count=REQUESTS, connections=8)
    if done.failures:
        raise RuntimeError(f"{done.failures} pages failed")
    return done.rate


def switches() -> Iterator[Outcome]:
    """Goal 10: switch an alias 200 times a second during first syncs.

    Measures the switch in its own process: 200 whole pages a second beside a sync would
    measure the number of processors.
    """
    with canned(messages=30_000, every_nth_with_candidate=2) as root, folder() as place:
        services = product.services_for(place, root)
        user = product.add_mailbox(services, 1)
        product.add_candidates(services)
        product.first_syncs(services, 1)
        alias = product.add_alias(services, user)
        for number in range(2, 6):
            product.add_mailbox(services, number)
        command = [sys.executable, "-m", "bench.product", root, str(place), "0", "5"]
        worker = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL)
        time.sleep(2)
        seconds = report("bench.alias_switch", root, str(place), user, alias)["seconds"]
        is_still_busy = worker.poll() is None
        worker.kill()
        worker.wait()
    p99, most = percentile(seconds, 0.99) * 1000, max(seconds) * 1000
    what = "switch an alias 200 times a second during a sync, p99"
    good = is_still_busy
    yield Outcome("10", what, f"{p99:.0f} ms", "<= 25 ms", good and p99 <= 25)
    yield Outcome("10", "the same, slowest", f"{most:.0f} ms", "<= 250 ms", good and most <= 250)
