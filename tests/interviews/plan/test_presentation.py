"""Classes of the day grid."""

from datetime import date

import pytest

from portal.interviews.plan.draft import Draft
from portal.interviews.plan.presentation import table_class


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), "times rows-2"),
        (("Kim", "Sam", "Aurora"), "times rows-2"),
        (("Bartholomew", "Sam"), "times rows-2"),
        (("Bartholomew", "Sam", "Kim"), "times rows-2 long-names"),
        (("Kim Lund", "Kim Reed", "Kim Berg"), "times rows-2"),
    ],
)
def test_long_names_are_turned_on_phones(names: tuple[str, ...], found: str) -> None:
    draft = Draft(form_number="", day=date(2026, 12, 1), zone="UTC", minutes=60)

    assert table_class(draft, names) == found
