"""The organization's meeting hours, and what counts as busy for everyone."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.availability import hours
from portal.availability.hours import Week
from portal.availability.models import Rules
from portal.storage import settings
from portal.storage.rows import Rows

HOURS = "meeting_hours"
TENTATIVE, ELSEWHERE = "tentative_blocks", "elsewhere_blocks"
ON, OFF = "1", "0"


def organization_hours(rows: Rows) -> Week:
    stored = settings.setting(rows, HOURS)
    return hours.STANDARD if stored is None else hours.week_in(stored)


def set_organization_hours(act: Act, wanted: Week) -> None:
    with act.rows.write():
        before = organization_hours(act.rows)
        if wanted == before:
            return
        settings.save_setting(act.rows, HOURS, hours.text(wanted))
        act.record(
            Action.MEETING_HOURS_CHANGED,
            "organization",
            old=hours.summary(before),
            new=hours.summary(wanted),
        )


def rules(rows: Rows) -> Rules:
    usual = Rules()
    return Rules(
        tentative_blocks=_is_on(rows, TENTATIVE, usual=usual.tentative_blocks),
        elsewhere_blocks=_is_on(rows, ELSEWHERE, usual=usual.elsewhere_blocks),
    )


def _is_on(rows: Rows, key: str, *, usual: bool) -> bool:
    stored = settings.setting(rows, key)
    return usual if stored is None else stored == ON


def set_tentative(act: Act, *, blocks: bool) -> None:
    _set(act, TENTATIVE, "tentative", before=rules(act.rows).tentative_blocks, wanted=blocks)


def set_elsewhere(act: Act, *, blocks: bool) -> None:
    _set(
        act, ELSEWHERE, "working elsewhere", before=rules(act.rows).elsewhere_blocks, wanted=blocks
    )


def _set(act: Act, key: str, label: str, *, before: bool, wanted: bool) -> None:
    with act.rows.write():
        if wanted == before:
            return
        settings.save_setting(act.rows, key, ON if wanted else OFF)
        act.record(Action.BUSY_RULES_CHANGED, label, old=_told(before), new=_told(wanted))


def _told(blocks: bool) -> str:
    return "counts as busy" if blocks else "does not count"
