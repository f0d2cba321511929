"""The part of the walk in which Alex connects the organization and reads what comes of it."""

from tests.browser.demo import RunningDemo
from tests.recorded.stillness import JOBS, hold_worker, wait_until_quiet
from tests.recorded.visits import Visit

MARKETPLACE = "/admin/integrations/marketplace"
ORGANIZATION = "/admin/integrations/microsoft-365"
USERS = "/admin/users"


def connect(alex: Visit, demo: RunningDemo) -> None:
    alex.open(MARKETPLACE)
    alex.open(ORGANIZATION)
    alex.press("Connect to Microsoft 365")
    alex.follow("Go on to Microsoft", step="goes on to Microsoft to consent")
    alex.press(alex.name, step="chooses the account for consent")
    with hold_worker(demo):
        alex.press("Accept", step="consents for the organization")
    alex.wait_for(ORGANIZATION, "Preview and import", "Last refreshed")
    alex.wait_for(JOBS, "Priya Kaur", "Alex Berg", "Kim Lund")
    wait_until_quiet(alex)
    alex.open(ORGANIZATION, step="opens Microsoft 365 after the consent")


def import_people(alex: Visit, demo: RunningDemo) -> None:
    alex.follow("Preview and import")
    with hold_worker(demo):
        alex.press("Import", step="imports the people")
    alex.wait_for(USERS, "Sam Reed", "Front Desk")
    alex.wait_for(JOBS, "Sam Reed", "Front Desk")
    wait_until_quiet(alex)


def read_everything(alex: Visit) -> None:
    for path in (
        MARKETPLACE,
        ORGANIZATION,
        f"{ORGANIZATION}/user-sync",
        f"{ORGANIZATION}/rooms",
        f"{ORGANIZATION}/rooms/delegate",
        f"{ORGANIZATION}/application",
        f"{ORGANIZATION}/checks",
        f"{ORGANIZATION}/consent-receipt",
        USERS,
        JOBS,
        "/admin/audit-log",
        "/settings/microsoft-365",
        "/settings/email",
    ):
        alex.open(path, step=f"opens {path} in the end")
