"""Advice about a group: its name, answers of candidates, copies, and members who only read."""

import pytest

from portal.group_calendars.advice import advice, name_complaint
from portal.group_calendars.models import Checks


@pytest.mark.parametrize(
    "name",
    [
        *("Hiring TEST do not use", "hiring-announcements", "GRP_Hiring_EU", "Hiring (old)"),
        *("Internal recruiting", "hr.team.sweden", "Confidential hires", "<Hiring>"),
    ],
)
def test_awkward_name_is_noticed(name: str) -> None:
    assert name_complaint(name) != ""


@pytest.mark.parametrize(
    "name",
    [
        *("Northwind Hiring Team", "Hiring", "Testament Press Hiring", "Golden Recruiting"),
        *("Recrutement Équipe", "採用チーム", "Co-op Hiring", "Sales & Marketing", ""),
    ],
)
def test_ordinary_name_is_not(name: str) -> None:
    assert name_complaint(name) == ""


@pytest.mark.parametrize(
    ("takes", "titles"),
    [
        (True, []),
        (False, ["Candidates cannot answer"]),
        (None, ["Answers of candidates"]),
    ],
)
def test_advice_follows_the_facts(takes: bool | None, titles: list[str]) -> None:
    found = advice(checks("Hiring", takes=takes))

    assert [each.title for each in found] == [
        *titles,
        "Members may get a copy of each invitation",
        "Members may be unable to write",
    ]


def test_commands_quote_the_address_for_powershell() -> None:
    found = advice(checks("Hiring", address="o'hara\u2019s@northwind.example", takes=True))

    texts = [command.text for each in found for command in each.commands]
    assert texts[-1] == (
        "Set-UnifiedGroup -Identity 'o''hara\u2019\u2019s@northwind.example' "
        "-CalendarMemberReadOnly:$false"
    )
    assert len(texts) == 3


def checks(name: str, *, address: str = "hiring@northwind.example", takes: bool | None) -> Checks:
    return Checks("1", name, address, (), takes_outside_mail=takes)
