"""Results of checks, and explanations of errors."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    ADVICE = "advice"

    @property
    def colour(self) -> str:
        """The colour's name in components/pill.html."""
        return {"ok": "good", "failed": "bad", "skipped": "", "advice": "warn"}[self]


@dataclass(frozen=True)
class Check:
    """The result of one check. `cure` says what to do if it is not ok."""

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


def advice(name: str, found: str, cure: str) -> Check:
    """A finding that stops nothing, and that an administrator may act on."""
    return Check(name, Verdict.ADVICE, found, cure)
