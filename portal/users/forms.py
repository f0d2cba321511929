"""Forms about users."""

import wtforms
from wtforms.fields.choices import SelectChoice

from portal.users import passwords
from portal.users.models import Role
from portal.web.forms import AddressField, ChoiceField, LineField, PasswordField, PortalForm
from portal.web.zone_field import EXAMPLE, ZoneField

ROLES = [
    SelectChoice(Role.LIMITED.value, "Limited: own settings only"),
    SelectChoice(Role.MEMBER.value, "Member: candidates and their mail"),
    SelectChoice(Role.ADMIN.value, "Admin: everything, with people and settings"),
]


class SetupForm(PortalForm):
    code = LineField(
        "One-time code",
        longest=64,
        description="The server printed it on its console when it started.",
    )
    organization = LineField(
        "Name of your organization",
        longest=60,
        required=False,
        description="Stands in the menu and in titles. You can change it under Integrations.",
    )
    name = LineField("Your name", longest=120)
    address = AddressField("Email address", description="You sign in with it.")
    password = PasswordField("Password", longest=passwords.LONGEST, description=passwords.STRENGTH)


class OrganizationForm(PortalForm):
    organization = LineField("Name of your organization", longest=60)


class SignInForm(PortalForm):
    address = LineField("Email address", longest=254)
    password = PasswordField("Password", longest=passwords.LONGEST)


class ConfirmForm(PortalForm):
    password = PasswordField("Password", longest=passwords.LONGEST)


class PasswordForm(PortalForm):
    present = PasswordField("Present password", longest=passwords.LONGEST)
    password = PasswordField(
        "New password", longest=passwords.LONGEST, description=passwords.STRENGTH
    )


class PersonalForm(PortalForm):
    time_zone = ZoneField(
        "Time zone",
        description=f"Portal shows every time in this zone. {EXAMPLE}",
    )


class InviteForm(PortalForm):
    id = LineField("Number of this form", longest=36, widget=wtforms.widgets.HiddenInput())
    role = ChoiceField("Role", choices=ROLES)
    note = LineField(
        "Who it is for",
        longest=120,
        required=False,
        description="For you and other administrators, to tell invitations apart.",
    )


class RoleForm(PortalForm):
    role = ChoiceField("Role", choices=ROLES)
