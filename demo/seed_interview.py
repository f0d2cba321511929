"""An interview that Alex schedules on Portal's pages, so that the worker writes it."""

from datetime import date, timedelta

from demo.environment import Environment
from demo.people import ALEX, KIM, MEI, PRIYA
from demo.visitor import Visitor
from portal.clock import utc_now

SATURDAY = 5
DAYS_AHEAD = 3


def schedule_interview(environment: Environment) -> None:
    """As Alex, connect to organize, and send an interview of Mei with Priya and Kim."""
    alex = Visitor(environment.portal)
    alex.open("/signin")
    alex.press("Sign in with Microsoft")
    alex.follow("Continue to Microsoft")
    alex.press(ALEX.name)
    alex.press("Accept")
    alex.open("/candidates")
    alex.follow(MEI.name)
    alex.follow("Schedule interview")
    alex.press("Connect Microsoft 365 to organize")
    alex.follow("Continue to Microsoft")
    alex.press("Accept")
    alex.press(
        "Next: check and send",
        title="Portfolio talk",
        panel=[alex.choice(each.name, "panel-") for each in (PRIYA, KIM)],
        candidate_zone="Asia/Tokyo",
        other_day=_day(utc_now().date()).isoformat(),
        clock="09:00",
    )
    alex.press("Send", override="1", words="Please bring two pieces of work that you like.")


def _day(today: date) -> date:
    """A working day of the next week at the latest."""
    day = today + timedelta(days=DAYS_AHEAD)
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day
