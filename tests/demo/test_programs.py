"""Starting, watching and stopping programs."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.programs import NotStarted, Program, is_free, start, stop, wait_until_it_answers

SERVER = """
import http.server, sys
print("serving", flush=True)
http.server.HTTPServer(("127.0.0.1", {port}), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
LIST_SETTINGS = """
import os
print([name for name in os.environ if name.startswith(("MICROSOFT_", "PORTAL_"))])
"""

Child = Callable[[str], Program]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    """Start a program from these lines and stop it after the test."""
    programs: list[Program] = []

    def made(lines: str) -> Program:
        (tmp_path / "child_of_test.py").write_text(lines)
        settings = {"PYTHONPATH": str(tmp_path)}
        log = tmp_path / "child.log"
        programs.append(start("child", ["child_of_test"], settings=settings, log=log))
        return programs[-1]

    yield made
    stop(programs, patience=0)


def until_it_says(program: Program, words: str) -> None:
    deadline = time.monotonic() + 20
    while words not in program.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_program_that_answers_is_waited_for(child: Child, port: int) -> None:
    program = child(SERVER.format(port=port))

    wait_until_it_answers(program, f"http://127.0.0.1:{port}/")

    assert not program.has_died
    assert not is_free(port)


def test_program_that_dies_is_said_with_its_last_words(child: Child, port: int) -> None:
    program = child("raise SystemExit('no key file')")

    with pytest.raises(NotStarted) as refusal:
        wait_until_it_answers(program, f"http://127.0.0.1:{port}/")

    assert str(refusal.value) == "The child stopped at once. It said:\n    no key file"


def test_stop_ends_all_and_frees_their_ports(child: Child, port: int) -> None:
    program = child(SERVER.format(port=port))
    wait_until_it_answers(program, f"http://127.0.0.1:{port}/")

    stop([program])

    assert program.has_died
    assert is_free(port)


def test_stop_does_not_wait_for_ever(child: Child) -> None:
    program = child(STUBBORN)
    until_it_says(program, "up")

    stop([program], patience=0.2)

    assert program.process.returncode == -9


def test_settings_of_a_real_installation_are_not_inherited(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MICROSOFT_TENANT", "a-real-one")
    monkeypatch.setenv("PORTAL_BASE_URL", "https://portal.example.com")

    program = child(LIST_SETTINGS)
    program.process.wait(20)

    assert program.last_words() == "    []"
