"""The check of who is asked as when rooms are free."""

from collections.abc import Iterator

from portal.calendars import overview
from portal.diagnostics.models import Check, advice, failed, ok
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows

NAME = "Room sync user"
CHOOSE = "Choose another delegated room sync user under Integrations, Microsoft 365."


def checks(rows: Rows) -> Iterator[Check]:
    """One check once somebody was chosen, while Microsoft 365 is the platform."""
    seen = overview.overview(rows)
    if platforms.enabled(rows) is not Platform.MICROSOFT_365 or seen.delegate is None:
        return
    name = seen.delegate.person.name
    if seen.acting is None:
        yield failed(NAME, seen.access.times_because_not, CHOOSE)
    elif seen.deputy_acts:
        stands_in = f"{name} can no longer sign in; {seen.acting.person.name} stands in."
        yield advice(NAME, stands_in, f"{CHOOSE} The deputy steps back if {name} returns.")
    elif seen.deputy is None:
        yield ok(NAME, f"Microsoft is asked in the name of {name}, who has no deputy.")
    else:
        takes_over = f"{seen.deputy.person.name} would take over."
        yield ok(NAME, f"Microsoft is asked in the name of {name}; {takes_over}")
