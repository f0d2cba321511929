"""The three programs on free ports, with the people of the demo."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from demo import launch
from demo.environment import Environment
from demo.practice_tenant import PracticeTenant
from demo.programs import Program, stop


@dataclass(frozen=True)
class RunningDemo:
    """A running portal and the practice tenant beside it."""

    environment: Environment
    programs: tuple[Program, ...]

    @property
    def portal(self) -> str:
        return self.environment.portal

    @property
    def sandbox(self) -> str:
        return self.environment.sandbox

    @property
    def tenant(self) -> PracticeTenant:
        return PracticeTenant(self.environment.sandbox)

    def deliver(self, address: str, message: str, *, folder: str = "Inbox") -> None:
        """Deliver a message to a mailbox, as if sent from outside."""
        answer = requests.post(
            f"{self.sandbox}/_sandbox/mailboxes/{address}/messages",
            params={"folder": folder},
            data=message.encode(),
            headers={"Content-Type": "message/rfc822"},
            timeout=30,
        )
        answer.raise_for_status()

    def change_person(self, address: str, **changes: object) -> None:
        """Change a person in the tenant's directory."""
        self.control("PATCH", f"users/{address}", **changes)

    def delay(self, path: str, *, seconds: float) -> None:
        """Delay the tenant's answer to every call whose path contains this."""
        self.control("POST", "faults", path=path, delayMs=round(1000 * seconds))

    def deliveries(self, subject: str) -> list[dict[str, Any]]:
        """The mails with this subject in the tenant's own record, one for each recipient."""
        found = self.control("GET", "deliveries")["value"]
        return [each for each in found if each["subject"] == subject]

    def control(self, method: str, path: str, /, **body: object) -> Any:
        """Call a control path of the tenant, and read its JSON."""
        address = f"{self.sandbox}/_sandbox/{path}"
        answer = requests.request(method, address, json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def logs(self) -> str:
        return "\n".join(f"{program.name}:\n{program.last_words(40)}" for program in self.programs)


def raw_message(sender: str, to: str, subject: str, text: str) -> str:
    """One raw message."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{secrets.token_hex(8)}@mail.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )


@contextmanager
def running(folder: Path) -> Iterator[RunningDemo]:
    """Run the demo on free ports, with its state in this folder."""
    portal_port, sandbox_port = free_ports(2)
    environment = Environment(folder=folder, portal_port=portal_port, sandbox_port=sandbox_port)
    programs: list[Program] = []
    try:
        launch.start_demo(environment, programs)
        yield RunningDemo(environment, tuple(programs))
    finally:
        stop(programs)


@contextmanager
def running_new(folder: Path) -> Iterator[RunningDemo]:
    """Run the demo as on the first day: no users, and no application in the settings."""
    portal_port, sandbox_port = free_ports(2)
    environment = Environment(folder=folder, portal_port=portal_port, sandbox_port=sandbox_port)
    programs: list[Program] = []
    try:
        launch.start_empty(environment, programs, settings=_without_application(environment))
        yield RunningDemo(environment, tuple(programs))
    finally:
        stop(programs)


def _without_application(environment: Environment) -> dict[str, str]:
    """Settings that name Microsoft's address but no application."""
    settings = environment.settings("")
    for name in ("MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET", "MICROSOFT_TENANT"):
        del settings[name]
    return settings


def free_ports(count: int) -> list[int]:
    """Distinct free ports."""
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [door.getsockname()[1] for door in doors]
    for door in doors:
        door.close()
    return ports
