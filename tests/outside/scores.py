"""Scores that Lighthouse gives a page on a device, and the least that is enough."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LEAST = {"accessibility": 100, "best-practices": 100, "performance": 99}


@dataclass(frozen=True)
class Judgement:
    """The medians of one page on one device, and the audits that cost points."""

    path: str
    device: str
    scores: Mapping[str, int]
    failed: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return all(self.scores[name] >= least for name, least in LEAST.items())

    @property
    def line(self) -> str:
        scores = " ".join(f"{name} {self.scores[name]}" for name in LEAST)
        why = f"  ({', '.join(self.failed)})" if self.failed and not self.is_good else ""
        return f"{'ok  ' if self.is_good else 'FAIL'}  {self.device:8}{scores}  {self.path}{why}"


def read(lines: Iterable[str]) -> Iterator[Judgement]:
    """The judgements in the lines that judge.mjs writes. Chromium's own words are no JSON."""
    for line in lines:
        if line.startswith("{"):
            told = json.loads(line)
            yield Judgement(told["path"], told["device"], told["scores"], tuple(told["failed"]))


def complaint(judgements: Iterable[Judgement], *, expected: int) -> str | None:
    """One sentence about what is too little, or was not judged at all."""
    found = list(judgements)
    bad = sum(not each.is_good for each in found)
    if len(found) != expected:
        return f"Lighthouse judged {len(found)} of {expected} pages and devices."
    return f"{bad} of {expected} pages and devices have too few points." if bad else None
