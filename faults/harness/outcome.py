"""What one fault came to, as a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Outcome:
    """`struck` says how often; `inputs` how many bad inputs were tried; `wrong` in sentences."""

    struck: int
    checked: str
    wrong: tuple[str, ...] = ()
    inputs: int = 0
    lost: int = 0
    doubled: int = 0
    skipped: str = ""

    @classmethod
    def because(cls, reason: str) -> Self:
        """Could not be tried on this machine."""
        return cls(0, "", skipped=reason)

    @property
    def is_survived(self) -> bool:
        return not self.wrong and not self.skipped

    def __str__(self) -> str:
        if self.skipped:
            return f"SKIPPED: {self.skipped}"
        tried = f"struck {self.struck}" + (f", inputs {self.inputs}" if self.inputs else "")
        return f"{tried} | {self.checked} | {'ok' if not self.wrong else '; '.join(self.wrong)}"


# Each fault by the name that `make faults` prints; its keyword arguments scale it down for tests.
Faults = dict[str, Callable[..., Outcome]]


def error_of(work: Callable[[], object]) -> Exception | None:
    """Run this and return what it raised: a fault reports an error and goes on."""
    try:
        work()
    except Exception as error:
        return error
    return None
