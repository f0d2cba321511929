"""What a check found, and what a pasted error means."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def colour(self) -> str:
        """As components/pill.html names them."""
        return {"ok": "good", "failed": "bad", "skipped": ""}[self]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `cure` says what to do where it is not ok."""

    name: str
    verdict: Verdict
    found: str
    cure: str = ""


@dataclass(frozen=True)
class Explanation:
    """A code of Microsoft's, what it means and who does what about it."""

    code: str
    meaning: str
    cure: str


def ok(name: str, found: str) -> Check:
    return Check(name, Verdict.OK, found)


def failed(name: str, found: str, cure: str) -> Check:
    return Check(name, Verdict.FAILED, found, cure)


def skipped(name: str, found: str, cure: str = "") -> Check:
    return Check(name, Verdict.SKIPPED, found, cure)
