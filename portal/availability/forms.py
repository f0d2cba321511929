"""The form of weekly meeting hours: a tick, a start and an end for each day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import wtforms

from portal.availability.hours import DAYS, Week, Window, week_of
from portal.web.forms import LineField, PortalForm, SwitchForm

NO_TIME = "Please enter a time such as 09:00."


class ClockField(wtforms.TimeField):  # type: ignore[misc]  # WTForms ships no types
    """A time of day to the minute."""

    data: time | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            found = datetime.strptime("".join(valuelist[:1]).strip(), "%H:%M")  # noqa: DTZ007  # a time of day has no zone
        except ValueError:
            raise ValueError(NO_TIME) from None
        self.data = found.time()


@dataclass(frozen=True)
class Day:
    """The three fields of one weekday."""

    label: str
    is_on: Any
    starts: Any
    ends: Any

    @property
    def errors(self) -> list[str]:
        return [*self.starts.errors, *self.ends.errors]


class HoursForm(PortalForm):
    """Meeting hours of a week. The times of a day without a tick do not matter."""

    @classmethod
    def showing(cls, week: Week) -> "HoursForm":
        shown: dict[str, Any] = {}
        for number, label in enumerate(DAYS):
            window, name = week.get(number), label.lower()
            shown[name] = window is not None
            if window is not None:
                shown |= {f"{name}_from": window.starts, f"{name}_to": window.ends}
        return cls(data=shown)

    @property
    def days(self) -> Iterator[Day]:
        for label in DAYS:
            name = label.lower()
            yield Day(label, self[name], self[f"{name}_from"], self[f"{name}_to"])

    def check(self) -> None:
        for day in self.days:
            if not day.is_on.data:
                day.starts.process_errors.clear()
                day.ends.process_errors.clear()
        super().check()
        week_of(self.windows)

    @property
    def windows(self) -> Iterator[Window]:
        for number, day in enumerate(self.days):
            if day.is_on.data:
                yield Window(number, day.starts.data, day.ends.data)


for _label in DAYS:
    _name = _label.lower()
    setattr(HoursForm, _name, wtforms.BooleanField(_label))
    setattr(HoursForm, f"{_name}_from", ClockField(f"{_label}, from", default=time(9)))
    setattr(HoursForm, f"{_name}_to", ClockField(f"{_label}, to", default=time(17)))


class SeriesForm(SwitchForm):
    """Whether to block the times of a series. Microsoft's ids do not fit into a path."""

    series_id = LineField("Series", longest=1000)
