"""Advice about a group whose calendar works: its name, answers, and copies. Pure."""

import re
from dataclasses import dataclass

from portal.group_calendars.models import Checks

# Words of names that were never meant for people outside.
UNFIT = {
    *("test", "tests", "testing", "dummy", "demo", "sandbox", "temp", "tmp", "old", "obsolete"),
    *("deprecated", "archive", "archived", "internal", "confidential", "private", "secret"),
}
UNFIT_PHRASES = ("do not use", "don't use", "to be deleted")
TECHNICAL = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)+|.*[a-z0-9]_[a-z0-9].*|.*[{}<>|\\].*", re.I)
NAME_UNFIT = "“{word}” in the name is not meant for people outside. Rename the group at Microsoft."
NAME_TECHNICAL = (
    "The name reads like a technical one, and candidates see it. Give the group a display name "
    "with ordinary words."
)


@dataclass(frozen=True)
class Command:
    """A command of Exchange Online PowerShell, to copy."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class Advice:
    """Something to know about a group, with what changes it."""

    title: str
    text: str
    commands: tuple[Command, ...] = ()
    is_warning: bool = False


def name_complaint(name: str) -> str:
    """The reason why candidates should not see this name. Empty for an ordinary one."""
    plain = name.casefold()
    phrase = next((each for each in UNFIT_PHRASES if each in plain), None)
    word = phrase or next((each for each in re.findall(r"[^\W_]+", plain) if each in UNFIT), None)
    if word:
        return NAME_UNFIT.format(word=word)
    return NAME_TECHNICAL if TECHNICAL.fullmatch(name) else ""


def advice(checks: Checks) -> list[Advice]:
    """Everything to know before interviews go on the calendar of this group."""
    identity = _quoted(checks.address or checks.group_id)
    complaint = name_complaint(checks.name)
    found = [Advice("Candidates may wonder about the name", complaint, is_warning=True)]
    return [
        *(found if complaint else ()),
        *_outside_mail(checks, identity),
        _copies(identity),
        _read_only(identity),
    ]


def _outside_mail(checks: Checks, identity: str) -> list[Advice]:
    if checks.takes_outside_mail:
        return []
    opens = Command(
        "outside-mail",
        "Take mail from outside",
        f"Set-UnifiedGroup -Identity {identity} -RequireSenderAuthenticationEnabled $false",
    )
    if checks.takes_outside_mail is None:
        text = "Microsoft did not say whether the group takes mail from outside. If it does not, "
        return [Advice("Answers of candidates", f"{text}answers of candidates bounce.", (opens,))]
    text = "The group takes no mail from outside, so the answers of candidates bounce."
    return [Advice("Candidates cannot answer", text, (opens,), is_warning=True)]


def _copies(identity: str) -> Advice:
    return Advice(
        "Members may get a copy of each invitation",
        "By default, people of the group are invited to all of its events. The first command "
        "changes that for future members, the second one for those who are in the group now.",
        (
            Command(
                "future-members",
                "For future members",
                f"Set-UnifiedGroup -Identity {identity} "
                "-AlwaysSubscribeMembersToCalendarEvents:$false -AutoSubscribeNewMembers:$false",
            ),
            Command(
                "present-members",
                "For present members",
                f"Get-UnifiedGroupLinks -Identity {identity} -LinkType Subscribers | "
                f"ForEach-Object {{ Remove-UnifiedGroupLinks -Identity {identity} "
                "-LinkType Subscribers -Links $_.PrimarySmtpAddress -Confirm:$false }",
            ),
        ),
    )


def _read_only(identity: str) -> Advice:
    return Advice(
        "Members may be unable to write",
        "A group can be set so that its members only read the calendar. Microsoft does not show "
        "that: only a refused write tells. This command lets members write.",
        (
            Command(
                "members-write",
                "Let members write",
                f"Set-UnifiedGroup -Identity {identity} -CalendarMemberReadOnly:$false",
            ),
        ),
    )


def _quoted(text: str) -> str:
    """A string that PowerShell takes literally, whichever of its quotation marks it has."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"
