"""The rules of RFC 7529, each with the instances that libical computes by its calendar."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.corpus.calendars.files import CORPUS
from tests.corpus.calendars.graph_events import Item

# Exchange's calendar types, by the names of RFC 7529. It has none for others.
CALENDAR_TYPES = {
    "GREGORIAN": 1,
    "ISLAMIC-CIVIL": 6,
    "HEBREW": 8,
    "CHINESE": 15,
    "DANGI": 20,
}
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rule:
    """One rule. `starts` is empty where libical does not know the calendar either."""

    text: str
    starts: tuple[datetime, ...]

    @property
    def scale(self) -> str:
        return self.text.partition("RSCALE=")[2].partition(";")[0]

    @property
    def is_gregorian(self) -> bool:
        return self.scale == "GREGORIAN"

    @property
    def item(self) -> Item:
        """Its series, with all of its dates, as Graph has no words for the rule."""
        return {
            "subject": self.text,
            "start": self.starts[0].isoformat(),
            "end": (self.starts[0] + HOUR).isoformat(),
            "dates": [each.date().isoformat() for each in self.starts],
            "calendarType": CALENDAR_TYPES[self.scale],
        }


def rules() -> list[Rule]:
    """Every rule of the corpus."""
    told = json.loads((CORPUS / "rscale-rules.json").read_text())["rules"]
    return [_rule(each) for each in told]


def _rule(told: dict[str, Any]) -> Rule:
    """Read a rule. Dates become ten o'clock in UTC."""
    starts = [text.rstrip("Z") for text in told.get("instances", [])]
    moments = (
        datetime.fromisoformat(f"{text}+00:00" if "T" in text else f"{text}T100000+00:00")
        for text in starts
    )
    return Rule(told["rrule"], tuple(moments))
