"""The outcome of one fault, printed as a line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Outcome:
    """`struck` counts injections, `inputs` bad inputs tried; `wrong` lists sentences."""

    struck: int
    checked: str
    wrong: tuple[str, ...] = ()
    inputs: int = 0
    lost: int = 0
    doubled: int = 0
    skipped: str = ""

    @classmethod
    def because(cls, reason: str) -> Self:
        """The outcome of a fault that this machine cannot inject."""
        return cls(0, "", skipped=reason)

    @property
    def is_survived(self) -> bool:
        return not self.wrong and not self.skipped

    def __str__(self) -> str:
        if self.skipped:
            return f"SKIPPED: {self.skipped}"
        tried = f"struck {self.struck}" + (f", inputs {self.inputs}" if self.inputs else "")
        return f"{tried} | {self.checked} | {'ok' if not self.wrong else '; '.join(self.wrong)}"


# Faults by the name that `make faults` prints; keyword arguments scale each down for tests.
Faults = dict[str, Callable[..., Outcome]]


def error_of(work: Callable[[], object]) -> Exception | None:
    """Call `work` and return what it raised, so that a fault can report it and continue."""
    try:
        work()
    except Exception as error:
        return error
    return None
