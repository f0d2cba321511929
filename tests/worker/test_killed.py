"""Worker programs killed again and again: each expected message arrives exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.mail import delivery, folders
from tests.email.environment import ALEX, PRIYA, ROSA, EmailEnvironment, raw_message, settings
from tests.support.raw_rows import raw

ROOT = Path(__file__).parents[2]
FOLDERS = 12
MESSAGES = 24  # in each folder; every third is with Rosa


@contextmanager
def programs(env: EmailEnvironment, log: Path) -> Iterator["Crew"]:
    crew = Crew(env, log)
    try:
        yield crew
    finally:
        for worker in crew.workers:
            worker.kill()
            worker.wait()


class Crew:
    """The running workers."""

    def __init__(self, env: EmailEnvironment, log: Path) -> None:
        self.log = log
        self.env = settings(env.services.config.instance, env.sandbox)
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **self.env},
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        worker.kill()
        worker.wait()
        self.workers.remove(worker)


def fill(env: EmailEnvironment) -> list[str]:
    """Fill a mailbox with some hundred messages in many folders. Returns the expected subjects."""
    state, oid = env.sandbox.state, env.sandbox.oid(PRIYA)
    expected = []
    root = folders.folder_id(oid, "msgfolderroot")
    for place in range(FOLDERS):
        with state.write():
            folders.create(state, oid, root, f"Folder {place}")
            for number in range(MESSAGES):
                is_wanted = number % 3 == 0
                sender = ROSA if is_wanted else "news@shop.example"
                subject = f"{place:02} {number:02}"
                raw = raw_message(subject, sender=sender, to=f"{PRIYA}, {ALEX}")
                delivery.deliver(state, PRIYA, raw, folder=f"Folder {place}")
                if is_wanted:
                    expected.append(subject)
                    # The same message in a second mailbox, synced at the same time.
                    delivery.deliver(state, ALEX, raw)
    return sorted(expected)


def is_through(env: EmailEnvironment) -> bool:
    rows = list(raw(env.rows)["mailboxes"].rows)
    return len(rows) == 2 and all(row["first_sync_finished_at"] for row in rows)


def lapse_claims(env: EmailEnvironment) -> None:
    """Let every claim lapse at once, also those of running workers: the fence must hold."""
    raw(env.rows).execute("update mailboxes set claimed_until = '2026-01-01T00:00:00Z'")


def test_killed_workers_store_each_message_once(env: EmailEnvironment, tmp_path: Path) -> None:
    expected = fill(env)
    rosa = env.candidate("Rosa Ortega", ROSA)
    for person in (PRIYA, ALEX):
        env.connect(person)
    env.sandbox.control("POST", "faults", {"path": "/v1.0/", "delayMs": 30})
    dice = random.SystemRandom()
    kills = 0
    with programs(env, tmp_path / "workers.log") as crew:
        crew.start()
        crew.start()
        deadline = time.monotonic() + 120
        while not is_through(env):
            assert time.monotonic() < deadline, (tmp_path / "workers.log").read_text()[-3000:]
            seen = env.count("message_copies")
            while not is_through(env) and env.count("message_copies") < seen + 24:
                time.sleep(0.01)
                assert time.monotonic() < deadline, (tmp_path / "workers.log").read_text()[-3000:]
            time.sleep(dice.random() * 0.2)
            crew.kill(dice.choice(crew.workers))
            kills += 1
            lapse_claims(env)
            crew.start()

    assert kills >= 3
    assert env.subjects(rosa) == expected
    assert env.count("messages") == len(expected)
    assert env.count("message_copies") == 2 * len(expected)
    looked = {
        row["user_id"]: (row["read_count"], row["kept_count"])
        for row in raw(env.rows)["mailboxes"].rows
    }
    assert looked == {
        "priya": (FOLDERS * MESSAGES, len(expected)),
        "alex": (len(expected), len(expected)),
    }
    assert env.left_out() == {"no_candidate": FOLDERS * MESSAGES - len(expected)}


def test_worker_stops_gracefully(env: EmailEnvironment, tmp_path: Path) -> None:
    env.connect(PRIYA)
    with programs(env, tmp_path / "workers.log") as crew:
        worker = crew.start()
        deadline = time.monotonic() + 30
        while env.count("workers") == 0:
            assert time.monotonic() < deadline, (tmp_path / "workers.log").read_text()[-3000:]
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)

        assert worker.wait(20) == 0

    assert env.count("workers") == 0
    assert all(row["claimed_by"] is None for row in raw(env.rows)["mailboxes"].rows)


def test_sync_command_follows_one_mailbox_to_its_end(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Hello"))
    env.connect(PRIYA)

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "sync", PRIYA],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            **settings(env.services.config.instance, env.sandbox),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0
    assert "1 message with candidates" in done.stdout
    assert env.subjects(rosa) == ["Hello"]
