"""The outcomes of checks in words: title, meaning or cure, and a page of Microsoft. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.group_calendars.models import OF_THE_GROUP, Check, CheckName, Outcome
from portal.wording import counted

ORDER = tuple(Outcome)
ADMIN_CENTER = ("Microsoft 365 admin center", "https://admin.microsoft.com/#/groups")
EXCHANGE = ("Exchange admin center", "https://admin.exchange.microsoft.com/#/groups")
TEAMS = ("Open Teams", "https://teams.microsoft.com/")
OUTLOOK = ("Outlook on the web", "https://outlook.office.com/groups")
NOWHERE = ("", "")


@dataclass(frozen=True)
class Texts:
    """The words of one check. `cure` stands beside a failure, with a page of Microsoft."""

    ok: str
    meaning: str
    failed: str
    cure: str
    subject: str
    confirmation: str
    place: tuple[str, str] = NOWHERE


TEXTS = {
    CheckName.UNIFIED: Texts(
        ok="It is a Microsoft 365 group",
        meaning="Not a distribution list, a shared mailbox or a security group.",
        failed="It is not a Microsoft 365 group",
        cure="Only a Microsoft 365 group has a calendar. Create one, and add its members to it.",
        subject="Whether it is a Microsoft 365 group",
        confirmation="It is a Microsoft 365 group.",
        place=ADMIN_CENTER,
    ),
    CheckName.MAIL_ENABLED: Texts(
        ok="It has an email address",
        meaning="Invitations can be sent from it.",
        failed="It has no email address",
        cure="Only a group with mail sends invitations. Create a Microsoft 365 group.",
        subject="Whether it has an email address",
        confirmation="It has an email address.",
        place=ADMIN_CENTER,
    ),
    CheckName.PUBLIC: Texts(
        ok="It is public",
        meaning="Everybody in your organization can open its calendar, and see who is interviewed, "
        "by whom and when.",
        failed="It is not public",
        cure="In the admin center, open Active teams and groups, choose {name}, then Settings, and "
        "set Privacy to Public. An owner can do that in Outlook too.",
        subject="Whether it is public",
        confirmation="Its privacy is set to Public.",
        place=ADMIN_CENTER,
    ),
    CheckName.TEAMS: Texts(
        ok="Teams is enabled for the group",
        meaning="It has a team.",
        failed="Teams is not enabled for the group",
        cure="In Teams, choose “Join or create a team”, “Create team”, “From a group”, and pick "
        "{name}. An owner of the group can do that.",
        subject="Whether Teams is enabled for the group",
        confirmation="It has a team in Teams.",
        place=TEAMS,
    ),
    CheckName.LISTED: Texts(
        ok="It is in the address list",
        meaning="People find it in Outlook.",
        failed="The group is hidden from the address list",
        cure="In the Exchange admin center, open Recipients, Groups, {name}, Settings, and untick "
        "“Hide this group from the global address list”.",
        subject="Whether it is in the address list",
        confirmation="It is not hidden from the global address list.",
        place=EXCHANGE,
    ),
    CheckName.ADMIN_HERE: Texts(
        ok="You are an administrator of Portal",
        meaning="",
        failed="You are not an administrator of Portal",
        cure="An administrator of Portal can add this calendar.",
        subject="Whether you are an administrator of Portal",
        confirmation="",
    ),
    CheckName.MEMBER: Texts(
        ok="You are a member or an owner of the group",
        meaning="",
        failed="You are neither a member nor an owner of the group",
        cure="Ask an owner of {name} to add you in Outlook. Only people of the group write "
        "on its calendar.",
        subject="Whether you are in the group",
        confirmation="I am a member of the group.",
        place=OUTLOOK,
    ),
}


@dataclass(frozen=True)
class Shown:
    """One check as pages show it."""

    check: Check
    title: str
    hint: str
    place: str = ""
    address: str = ""
    confirmation: str = ""

    @property
    def lamp(self) -> str:
        return {Outcome.OK: "good", Outcome.FAILED: "bad", Outcome.UNKNOWN: "unknown"}[
            self.check.outcome
        ]


def summary(checks: Iterable[Check]) -> tuple[str, str]:
    """The outcomes of a group in a few words, with their kind. Empty if none is kept."""
    found = [each.outcome for each in checks if each.name in OF_THE_GROUP]
    failed, unknown = found.count(Outcome.FAILED), found.count(Outcome.UNKNOWN)
    if failed:
        return f"{counted(failed, 'check')} failed", "bad"
    if unknown:
        return f"{counted(unknown, 'check')} not known", "warn"
    return (f"All {counted(len(found), 'check')} fine", "good") if found else ("", "")


def shown(checks: Iterable[Check], name: str) -> list[Shown]:
    """The checks of the group of this name: what failed first, then what is not known."""
    ordered = sorted(checks, key=lambda each: ORDER.index(each.outcome))
    return [_shown(each, name) for each in ordered]


def _shown(check: Check, name: str) -> Shown:
    texts = TEXTS[check.name]
    if check.outcome is Outcome.OK:
        return Shown(check, texts.ok, _joined(texts.meaning, check.detail))
    if check.outcome is Outcome.UNKNOWN:
        title = f"{texts.subject} could not be checked"
        return Shown(check, title, check.detail, confirmation=texts.confirmation)
    place, address = texts.place
    cure = texts.cure.replace("{name}", name)
    return Shown(check, texts.failed, _joined(check.detail, cure), place, address)


def _joined(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)
